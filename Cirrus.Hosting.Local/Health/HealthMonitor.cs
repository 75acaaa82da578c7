using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.Hosting.Local.Health;

/// <summary>Runs a resource's checks while it runs, and publishes each change.</summary>
internal sealed class HealthMonitor(HealthCheckService checks, ResourceNotificationService notifications)
{
    private static readonly TimeSpan WhileUnhealthy = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan WhileHealthy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static bool HasChecks(IResource resource) => resource.Annotations.OfType<HealthCheckAnnotation>().Any();

    /// <summary>Watches until <paramref name="stopped"/>.</summary>
    public async Task WatchAsync(IResource resource, CancellationToken stopped)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key).ToHashSet();
        if (keys.Count == 0)
            return;

        while (!stopped.IsCancellationRequested)
        {
            var (status, problem) = await CheckAsync(keys, stopped);
            if (stopped.IsCancellationRequested)
                return;

            notifications.Publish(resource, snapshot => snapshot with { HealthStatus = status, Problem = problem });
            await Task.Delay(status == HealthStatus.Healthy ? WhileHealthy : WhileUnhealthy, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(HealthStatus Status, string? Problem)> CheckAsync(HashSet<string> keys, CancellationToken stopped)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        timeout.CancelAfter(Timeout);
        try
        {
            var report = await checks.CheckHealthAsync(registration => keys.Contains(registration.Name), timeout.Token);
            var worst = report.Entries.Values.MinBy(entry => entry.Status);
            return (report.Status, report.Status == HealthStatus.Healthy ? null : worst.Description ?? worst.Exception?.Message);
        }
        catch (OperationCanceledException)
        {
            return (HealthStatus.Unhealthy, $"no answer in {Timeout.TotalSeconds:0} s");
        }
    }
}
