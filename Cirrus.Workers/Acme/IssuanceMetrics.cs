using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Cirrus.Core.Acme;

namespace Cirrus.Workers.Acme;

/// <summary>Counts of issuances, and what the last scan found.</summary>
internal sealed class IssuanceMetrics : IDisposable
{
    private readonly Meter _meter = new("Cirrus.Workers");
    private readonly Counter<long> _outcomes;
    private readonly Histogram<double> _duration;
    private readonly ConcurrentDictionary<(string Authority, string Limit), int> _left = [];
    private double? _daysLeft;

    public IssuanceMetrics()
    {
        _outcomes = _meter.CreateCounter<long>("cirrus.acme.attempts", description: "Attempts to get a certificate, by outcome and authority.");
        _duration = _meter.CreateHistogram<double>("cirrus.acme.duration", "s", "From the beginning of an attempt to its end.");
        _meter.CreateObservableGauge(
            "cirrus.certificates.earliest_end", () => _daysLeft is { } days ? [new Measurement<double>(days)] : Array.Empty<Measurement<double>>(), "d",
            "Days until the first certificate ends.");
        _meter.CreateObservableGauge(
            "cirrus.acme.headroom", () => _left.Select(l => new Measurement<int>(l.Value, new("authority", l.Key.Authority), new("limit", l.Key.Limit))),
            description: "What is left of the authority's limits, the least of each.");
    }

    public void Ended(AcmePhase phase, string authority, TimeSpan duration)
    {
        var outcome = phase switch { AcmePhase.Issued => "issued", AcmePhase.Queued => "waiting", _ => "failed" };
        _outcomes.Add(1, new("outcome", outcome), new("authority", authority));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome), new("authority", authority));
    }

    public void EarliestEnd(double? days) => _daysLeft = days;

    public void HeadRoom(string authority, IReadOnlyList<HeadRoom> rooms)
    {
        foreach (var room in rooms.GroupBy(r => r.Limit))
            _left[(authority, room.Key)] = room.Min(r => r.Left);
    }

    public void Dispose() => _meter.Dispose();
}
