using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceStates
{
    public static readonly string Starting = nameof(Starting);
    public static readonly string Running = nameof(Running);
    public static readonly string FailedToStart = nameof(FailedToStart);
    public static readonly string Stopping = nameof(Stopping);
    public static readonly string Exited = nameof(Exited);
    public static readonly string Finished = nameof(Finished);
    public static readonly string Waiting = nameof(Waiting);
    public static readonly string NotStarted = nameof(NotStarted);
}

public sealed record ResourceStateSnapshot(string Text, string? Style);

/// <summary>A resource's state at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Exit code of the last process, 128 and the signal's number where a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Null while the resource does not run.</summary>
    public HealthStatus? HealthStatus { get; init; }

    /// <summary>What the failing check said.</summary>
    internal string? Problem { get; init; }

    /// <summary>Process id of the running process.</summary>
    internal int? ProcessId { get; init; }
}

/// <summary>A resource's change of state.</summary>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource => resource;

    public string ResourceId => resourceId;

    public CustomResourceSnapshot Snapshot => snapshot;
}
