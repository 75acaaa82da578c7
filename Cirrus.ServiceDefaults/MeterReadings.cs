using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Microsoft.Extensions.Hosting;

/// <summary>What a meter of this process has measured, as text that Prometheus reads (version 0.0.4).</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Reading>> _series = new();

    public MeterReadings(string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    public string Read()
    {
        // Of what is observed only what there is now.
        foreach (var series in _series.Where(s => s.Key.IsObservable))
            series.Value.Clear();
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, series) in _series.OrderBy(s => s.Key.Name, StringComparer.Ordinal))
            Write(text, instrument, series);
        return text.ToString();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _series.GetOrAdd(instrument, _ => []);
        series.AddOrUpdate(
            Labels(tags), _ => new Reading(value, 1), (_, before) => instrument.IsObservable ? new Reading(value, 1) : before.Plus(value));
    }

    private static void Write(StringBuilder text, Instrument instrument, IEnumerable<KeyValuePair<string, Reading>> series)
    {
        var isTimed = instrument is Histogram<double>;
        var isCounter = instrument is Counter<long> or ObservableCounter<long>;
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (isCounter ? "_total" : "");
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {(isTimed ? "summary" : isCounter ? "counter" : "gauge")}\n");
        foreach (var (labels, reading) in series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{(isTimed ? "_sum" : "")}{labels} {reading.Sum}\n");
            if (isTimed)
                text.Append(CultureInfo.InvariantCulture, $"{name}_count{labels} {reading.Count}\n");
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return "";
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
            text.Append(text.Length == 0 ? '{' : ',').Append(key).Append("=\"").Append(Escaped($"{value}")).Append('"');
        return text.Append('}').ToString();
    }

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private readonly record struct Reading(double Sum, long Count)
    {
        public Reading Plus(double value) => new(Sum + value, Count + 1);
    }
}
