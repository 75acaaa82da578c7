using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Console;
using Cirrus.Hosting.Local.Health;
using Cirrus.Hosting.Local.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>Runs all resources: starts each when what it waits for is healthy, and ends them in the opposite order.</summary>
internal sealed class Orchestrator(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext context,
    IConfiguration configuration,
    ResourceNotificationService notifications,
    HealthMonitor health,
    ConsoleReport report,
    ConsoleWriter console,
    LogFolder logs) : IHostedService, IDisposable
{
    private IReadOnlyList<ResourceRunner> _runners = [];
    private Watchdog? _watchdog;
    private PidFile? _pid;

    public ResourceRunner? RunnerOf(string resourceName) =>
        _runners.FirstOrDefault(runner => string.Equals(runner.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _pid = PidFile.Take(logs.DataFolder);
        var resources = StartOrder.Of(model.Resources.Where(resource => resource is not ParameterResource));
        Ports.Allocate(resources, randomize: configuration.GetValue<bool>("DcpPublisher:RandomizePorts"));
        report.Begin(resources, logs);
        console.Names(resources.Select(resource => resource.Name));
        var watchdog = _watchdog = new Watchdog();
        var restartAfter = configuration.GetValue(RestartBackoff.Setting, RestartBackoff.Default);
        _runners = [.. resources.Select(resource =>
            new ResourceRunner(resource, context, notifications, health, watchdog, logs.For(resource.Name, console), restartAfter))];
        foreach (var runner in _runners)
            runner.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        report.End();
        var stopping = new Dictionary<IResource, Task>();
        foreach (var runner in _runners.Reverse())
        {
            var dependents = _runners.Where(other => StartOrder.DependenciesOf(other.Resource).Contains(runner.Resource)).Select(other => stopping[other.Resource]);
            stopping[runner.Resource] = StopAfterAsync([.. dependents], runner);
        }

        await Task.WhenAll(stopping.Values);
    }

    /// <summary>Kills every process at once.</summary>
    public void Kill()
    {
        foreach (var runner in _runners)
            runner.Kill();
    }

    public void Dispose()
    {
        foreach (var runner in _runners)
            runner.Dispose();
        Interlocked.Exchange(ref _watchdog, null)?.Dispose();
        Interlocked.Exchange(ref _pid, null)?.Dispose();
    }

    private static async Task StopAfterAsync(Task[] dependents, ResourceRunner runner)
    {
        await Task.WhenAll(dependents);
        await runner.StopAsync();
    }
}
