using System.Diagnostics.Metrics;

namespace Cirrus.Dns.Zones;

/// <summary>The zone in numbers.</summary>
internal sealed class ZoneMetrics : IDisposable
{
    private readonly Meter _meter = new("Cirrus.Dns");
    private readonly Histogram<double> _built;
    private readonly Histogram<double> _published;

    public ZoneMetrics(CurrentZone zone, Leadership leadership)
    {
        _built = _meter.CreateHistogram<double>("cirrus.dns.build", "s", "From news to the zone that they make, by whether everything was read or what changed.");
        _published = _meter.CreateHistogram<double>("cirrus.dns.publish", "s", "From a zone to its serial in Redis and its being served.");
        Gauge("cirrus.dns.zone.serial", () => zone.Snapshot?.Serial, "The serial served.");
        Gauge("cirrus.dns.zone.records", () => zone.Snapshot?.Content.Count, "Records of the zone without the SOA record.");
        Gauge("cirrus.dns.leads", () => leadership.IsHeld ? 1 : 0, "Whether this process gives the zone its serials.");
    }

    /// <param name="whole">Everything was read.</param>
    public void Built(bool whole, TimeSpan took) =>
        _built.Record(took.TotalSeconds, new KeyValuePair<string, object?>("of", whole ? "all" : "changes"));

    public void Published(TimeSpan took) => _published.Record(took.TotalSeconds);

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, Func<long?> value, string description) => _meter.CreateObservableGauge(
        name, () => value() is { } number ? [new Measurement<long>(number)] : Array.Empty<Measurement<long>>(), description: description);
}
