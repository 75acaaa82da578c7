namespace Cirrus.Dns.Direct;

/// <summary>The addresses by region that go with the zone; null while clients are not told apart.</summary>
internal sealed class RegionalSource
{
    private RegionalAddresses? _current;
    private TaskCompletionSource _replaced = NewSignal();

    public RegionalAddresses? Current => Volatile.Read(ref _current);

    /// <summary>Ends at the next <see cref="Replace"/>.</summary>
    public Task Replaced => Volatile.Read(ref _replaced).Task;

    public void Replace(RegionalAddresses? next)
    {
        Volatile.Write(ref _current, next);
        Interlocked.Exchange(ref _replaced, NewSignal()).SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
