namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>How long to wait before a process that ended by itself is started again.</summary>
internal sealed class RestartBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>A process that has run so long counts as sound again.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromSeconds(20);

    private TimeSpan _next = First;

    /// <summary>Runs that ended before they were stable, in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>The wait after a run of that length: each doubles the one before, a stable run starts anew.</summary>
    public TimeSpan After(TimeSpan run)
    {
        if (run >= Stable)
            (Failures, _next) = (0, First);

        Failures++;
        var wait = _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
