namespace Cirrus.Dns.Transfers;

/// <summary>Which of the refused get a line of the log: anybody may ask as often as they like, and must not fill a disk by it.</summary>
internal sealed class RefusalLines(TimeProvider time)
{
    /// <summary>Lines in each <see cref="Span"/>.</summary>
    public const int Most = 10;

    public static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private DateTimeOffset _end;
    private int _refused;

    /// <summary>Counts one.</summary>
    /// <param name="without">How many before had no line; told once.</param>
    public bool IsFor(out int without)
    {
        lock (_lock)
        {
            without = 0;
            if (time.GetUtcNow() is var now && now >= _end)
            {
                without = Math.Max(0, _refused - Most);
                (_end, _refused) = (now + Span, 0);
            }
            return ++_refused <= Most;
        }
    }
}
