using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Cirrus.Hosting.Local.Console;

/// <summary>Tells how the start goes: a line for each step, then one table when everything is healthy, or of what is not.</summary>
internal sealed class ConsoleReport(ConsoleWriter console) : IDisposable
{
    /// <summary>After so long the table says what is still missing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A failure is reported a little later, with the others of its kind.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Dictionary<IResource, CustomResourceSnapshot> _snapshots = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private IReadOnlyList<IResource> _resources = [];
    private LogFolder? _logs;
    private Timer? _complaint;
    private bool _finished;

    public void Begin(IReadOnlyList<IResource> resources, LogFolder logs)
    {
        lock (_gate)
        {
            (_resources, _logs) = (resources, logs);
            _complaint = new Timer(_ => Complain(), null, Patience, Timeout.InfiniteTimeSpan);
            _clock.Restart();
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _complaint?.Dispose();
            _complaint = null;
        }
    }

    public void Dispose() => End();

    public void OnChange(ResourceEvent change)
    {
        lock (_gate)
        {
            var before = _snapshots.GetValueOrDefault(change.Resource);
            _snapshots[change.Resource] = change.Snapshot;
            var word = StateTable.Word(change.Snapshot);
            if (before is null || StateTable.Word(before) != word)
                console.Line(change.Resource.Name, string.Create(CultureInfo.InvariantCulture, $"[{word} after {_clock.Elapsed.TotalSeconds:0.0} s]"));

            if (HasFailed(change.Snapshot))
                _complaint?.Change(Gathering, Timeout.InfiniteTimeSpan);

            if (!_finished && _resources.Count > 0 && _resources.All(IsHealthy))
            {
                _finished = true;
                End();
                console.Line(StateTable.Render(_resources.Select(Row)));
            }
        }
    }

    private void Complain()
    {
        lock (_gate)
        {
            if (_complaint is null)
                return;

            // What has come back meanwhile gets the time that is left.
            var left = Patience - _clock.Elapsed;
            if (left > TimeSpan.Zero && !_snapshots.Values.Any(HasFailed))
            {
                _complaint.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            End();
            console.Line(StateTable.Render(_resources.Select(Row)));
            foreach (var resource in _resources.Where(resource => !IsHealthy(resource)))
            {
                foreach (var line in _logs!.TailOf(resource.Name))
                    console.Line(resource.Name, line);
            }
        }
    }

    private bool IsHealthy(IResource resource) => _snapshots.TryGetValue(resource, out var snapshot) && ResourceNotificationService.IsHealthy(snapshot);

    private static bool HasFailed(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text == KnownResourceStates.FailedToStart || snapshot.State?.Text == KnownResourceStates.Exited;

    private StateTable.Row Row(IResource resource)
    {
        var snapshot = _snapshots.GetValueOrDefault(resource) ?? new CustomResourceSnapshot();
        var urls = resource is IResourceWithEndpoints owner
            ? resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => new EndpointReference(owner, endpoint.Name)).Where(endpoint => endpoint.IsAllocated)
            : [];
        return new StateTable.Row(resource.Name, StateTable.Word(snapshot), snapshot.Problem, [.. urls.Select(endpoint => endpoint.Url)]);
    }
}
