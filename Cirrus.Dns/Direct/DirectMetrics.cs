using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cirrus.Dns.Direct;

/// <summary>What became of clients' queries, added up over all threads.</summary>
internal sealed class DirectMetrics : IDisposable
{
    private readonly Meter _meter = new("Cirrus.Dns");
    private readonly ConcurrentBag<ResponderCounts> _counts = [];
    private readonly Histogram<double> _updated;

    public DirectMetrics()
    {
        _meter.CreateObservableCounter("cirrus.dns.direct.queries", Measure, description: "Queries of clients, by what became of them.");
        _updated = _meter.CreateHistogram<double>("cirrus.dns.direct.update", "s", "Writing the answers anew that another zone has.");
    }

    public void Track(ResponderCounts counts) => _counts.Add(counts);

    public void Updated(TimeSpan took) => _updated.Record(took.TotalSeconds);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Measure() =>
    [
        Of("answered", c => c.Answers),
        Of("failed", c => c.Failures),
        Of("truncated", c => c.Truncated),
        Of("limited", c => c.Limited),
        Of("handed_over", c => c.HandedOver),
    ];

    private Measurement<long> Of(string outcome, Func<ResponderCounts, long> count) =>
        new(_counts.Sum(count), new KeyValuePair<string, object?>("outcome", outcome));
}
