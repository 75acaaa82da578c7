using Cirrus.Hosting.Local.Console;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of all resources, and waiting for one of them.</summary>
public sealed class ResourceNotificationService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Waiter> _waiters = [];
    private readonly ConsoleReport _report;

    internal ResourceNotificationService(ConsoleReport report) => _report = report;

    /// <summary>Waits until the resource runs and all its health checks pass.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be started at all.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var settled = await WaitForResourceAsync(resourceName, change => IsHealthy(change.Snapshot) || change.Snapshot.State?.Text == KnownResourceStates.FailedToStart, cancellationToken);
        return IsHealthy(settled.Snapshot)
            ? settled
            : throw new DistributedApplicationException($"The resource '{resourceName}' failed to start: {settled.Snapshot.Problem}");
    }

    /// <summary>Waits until the resource is, or passes through, a state such as <see cref="KnownResourceStates.Running"/>.</summary>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, change => change.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Waits for a state that satisfies <paramref name="predicate"/>, however short it lasts.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        var waiter = new Waiter(resourceName, predicate);
        lock (_gate)
        {
            if (_current.TryGetValue(resourceName, out var current) && predicate(current))
                return current;
            _waiters.Add(waiter);
        }

        await using var registration = cancellationToken.Register(() => waiter.Done.TrySetCanceled(cancellationToken));
        try
        {
            return await waiter.Done.Task;
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    public bool TryGetCurrentState(string resourceId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_gate)
        {
            return _current.TryGetValue(resourceId, out resourceEvent);
        }
    }

    /// <summary>Changes a resource's state, reports it, and wakes those who wait for it.</summary>
    internal void Publish(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        lock (_gate)
        {
            var before = _current.GetValueOrDefault(resource.Name)?.Snapshot ?? new CustomResourceSnapshot();
            var after = change(before);
            if (after.State?.Text != KnownResourceStates.Running)
                after = after with { HealthStatus = null };
            if (after == before)
                return;

            var published = _current[resource.Name] = new ResourceEvent(resource, resource.Name, after);
            // The report comes first, so that what others print on a change stands below it.
            _report.OnChange(published);
            foreach (var waiter in _waiters.Where(waiter => string.Equals(waiter.ResourceName, resource.Name, StringComparison.OrdinalIgnoreCase) && waiter.Predicate(published)))
                waiter.Done.TrySetResult(published);
        }
    }

    internal void Publish(IResource resource, string state, Func<CustomResourceSnapshot, CustomResourceSnapshot>? change = null) =>
        Publish(resource, snapshot => (change ?? (same => same))(snapshot with { State = new ResourceStateSnapshot(state, null) }));

    internal static bool IsHealthy(CustomResourceSnapshot snapshot) =>
        snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;

    private sealed record Waiter(string ResourceName, Func<ResourceEvent, bool> Predicate)
    {
        public TaskCompletionSource<ResourceEvent> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
