using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Console;
using Cirrus.Hosting.Local.Health;
using Cirrus.Hosting.Local.Processes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>One resource's life: waits for what it needs, runs, and runs again whenever it ends without being asked to.</summary>
internal sealed class ResourceRunner(
    IResource resource,
    DistributedApplicationExecutionContext context,
    ResourceNotificationService notifications,
    HealthMonitor health,
    Watchdog watchdog,
    ResourceLog log,
    TimeSpan restartAfter) : IDisposable
{
    /// <summary>How long a process may take to end before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;
    private ChildProcess? _child;

    public IResource Resource => resource;

    /// <summary>Starts the resource in the background; nothing happens where it runs already.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_stop is not null)
                return;

            _stop = new CancellationTokenSource();
            var stopped = _stop.Token;
            _run = Task.Run(() => RunAsync(stopped), CancellationToken.None);
        }
    }

    public async Task StopAsync()
    {
        CancellationTokenSource? stop;
        lock (_gate)
        {
            (stop, _stop) = (_stop, null);
        }

        if (stop is null)
            return;

        await stop.CancelAsync();
        await _run;
        stop.Dispose();
    }

    /// <summary>Kills the process at once, without a word to it.</summary>
    public void Kill() => _child?.Kill();

    public void Dispose() => _stop?.Dispose();

    private async Task RunAsync(CancellationToken stopped)
    {
        try
        {
            await WaitForDependenciesAsync(stopped);
            await RunForeverAsync(stopped);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            notifications.Publish(resource, KnownResourceStates.Finished);
        }
        catch (Exception exception)
        {
            log.Note(exception.Message);
            notifications.Publish(resource, KnownResourceStates.FailedToStart, snapshot => snapshot with { Problem = exception.Message });
        }
    }

    private async Task WaitForDependenciesAsync(CancellationToken stopped)
    {
        var dependencies = StartOrder.DependenciesOf(resource).ToList();
        if (dependencies.Count > 0)
            notifications.Publish(resource, KnownResourceStates.Waiting);
        foreach (var dependency in dependencies)
            await notifications.WaitForResourceAsync(dependency.Name, change => ResourceNotificationService.IsHealthy(change.Snapshot), stopped);
    }

    private async Task RunForeverAsync(CancellationToken stopped)
    {
        var backoff = new RestartBackoff(restartAfter);
        while (true)
        {
            notifications.Publish(resource, KnownResourceStates.Starting);
            var spec = await LaunchPlan.ForAsync(resource, context, stopped);
            var clock = Stopwatch.StartNew();
            var exitCode = await RunOnceAsync(spec, stopped);
            notifications.Publish(
                resource,
                stopped.IsCancellationRequested ? KnownResourceStates.Finished : KnownResourceStates.Exited,
                snapshot => snapshot with { ExitCode = exitCode, ProcessId = null, Problem = $"exited with code {exitCode}" });
            stopped.ThrowIfCancellationRequested();

            var wait = backoff.After(clock.Elapsed);
            log.Note(string.Create(CultureInfo.InvariantCulture, $"exited with code {exitCode}, starts again in {wait.TotalSeconds:0.#} s"));
            await Task.Delay(wait, stopped);
        }
    }

    private async Task<int> RunOnceAsync(ProcessSpec spec, CancellationToken stopped)
    {
        using var child = _child = ChildProcess.Start(spec, log.Write);
        using var ended = new CancellationTokenSource();
        watchdog.Add(child.Id);
        notifications.Publish(resource, KnownResourceStates.Running, snapshot => snapshot with
        {
            ProcessId = child.Id,
            HealthStatus = HealthMonitor.HasChecks(resource) ? HealthStatus.Unhealthy : HealthStatus.Healthy,
            Problem = null,
        });
        var watch = health.WatchAsync(resource, ended.Token);

        await child.Exited.WaitAsync(stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.CancelAsync();
        await watch;

        if (stopped.IsCancellationRequested)
        {
            notifications.Publish(resource, KnownResourceStates.Stopping);
            await child.StopAsync(Grace);
        }
        else
        {
            // What a killed master leaves behind still holds its ports.
            await child.KillAsync();
        }

        await child.Exited;
        watchdog.Remove(child.Id);
        _child = null;
        return child.ExitCode;
    }
}
