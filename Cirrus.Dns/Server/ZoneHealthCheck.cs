using Cirrus.Dns.Zones;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.Dns.Server;

/// <summary>Ready once a zone is built and the listener is up.</summary>
internal sealed class ZoneHealthCheck(CurrentZone zone, DnsListener listener) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((zone.Snapshot, listener.Listening) switch
        {
            (null, _) => HealthCheckResult.Unhealthy("No zone has been built yet."),
            (_, false) => HealthCheckResult.Unhealthy("The listener is not up."),
            ({ } snapshot, _) => HealthCheckResult.Healthy($"serial {snapshot.Serial} carries change {snapshot.Change}"),
        });
}
