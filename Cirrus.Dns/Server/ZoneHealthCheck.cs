using Cirrus.Dns.Zones;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.Dns.Server;

/// <summary>
/// Ready once the listener is up and there is a zone: that of the process that leads, or one built here for when that ends. Else a process with other
/// options, which waits for the other's end, and the other's end, which waits for this one to be ready, would wait for each other.
/// </summary>
internal sealed class ZoneHealthCheck(CurrentZone zone, DnsListener listener) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((zone.Answering, listener.Listening) switch
        {
            (null, _) => HealthCheckResult.Unhealthy("No zone has been built yet."),
            (_, false) => HealthCheckResult.Unhealthy("The listener is not up."),
            _ when zone.Own is { } own => HealthCheckResult.Healthy($"stands by with the zone up to change {own.Change}: another process leads with other options"),
            ({ } snapshot, _) => HealthCheckResult.Healthy($"serial {snapshot.Serial} carries change {snapshot.Change}"),
        });
}
