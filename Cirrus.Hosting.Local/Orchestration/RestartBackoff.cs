namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>How long to wait before a process that ended by itself is started again.</summary>
/// <param name="first">The wait after a first end.</param>
internal sealed class RestartBackoff(TimeSpan first)
{
    /// <summary>Setting of the first wait.</summary>
    public const string Setting = "RestartAfter";

    // Long enough that the rest of the stack notices: a killed edge leaves DNS before it comes back.
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(24);

    /// <summary>A process that has run so long counts as sound again.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromSeconds(20);

    private readonly TimeSpan _first = first;
    private TimeSpan _next = first;

    /// <summary>Runs that ended before they were stable, in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>The wait after a run of that length: each doubles the one before, a stable run starts anew.</summary>
    public TimeSpan After(TimeSpan run)
    {
        if (run >= Stable)
            (Failures, _next) = (0, _first);

        Failures++;
        var wait = _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
