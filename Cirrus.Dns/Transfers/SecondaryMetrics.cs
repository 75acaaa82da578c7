using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Transfers;

/// <summary>The secondaries in numbers, as the process that leads sees them.</summary>
internal sealed class SecondaryMetrics : IDisposable
{
    private readonly Meter _meter = new("Cirrus.Dns");
    private readonly ConcurrentBag<SecondaryReport> _reports = [];

    public SecondaryMetrics(Leadership leadership)
    {
        Gauge("cirrus.dns.secondary.serial", "", r => r.Serial, "The serial that a secondary gave when it answered last.");
        Gauge("cirrus.dns.secondary.reachable", "", r => r.IsReachable ? 1 : 0, "Whether a secondary answers.");
        Gauge("cirrus.dns.secondary.behind", "s", r => r.Behind.TotalSeconds, "Since when there has been a newer serial than the secondary serves.");

        void Gauge(string name, string unit, Func<SecondaryReport, double> value, string description) => _meter.CreateObservableGauge(
            name,
            () => (leadership.IsHeld ? _reports.ToArray() : []).Select(r =>
                new Measurement<double>(value(r), new KeyValuePair<string, object?>("secondary", r.Name))),
            unit, description);
    }

    public void Track(SecondaryReport report) => _reports.Add(report);

    public void Dispose() => _meter.Dispose();
}
