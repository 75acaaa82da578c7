using System.Diagnostics.Metrics;

namespace Cirrus.Dns.Transfers;

/// <summary>Counts transfers.</summary>
internal sealed class TransferMetrics : IDisposable
{
    private readonly Meter _meter = new("Cirrus.Dns");
    private readonly Counter<long> _transfers;

    public TransferMetrics()
    {
        _transfers = _meter.CreateCounter<long>("cirrus.dns.transfers", description: "Transfers by kind: what was given, or refused.");
        // So that each is there before its first.
        foreach (var kind in Enum.GetValues<TransferKind>())
            Count(kind, 0);
    }

    public void Count(TransferKind kind, int by = 1) => _transfers.Add(by, new KeyValuePair<string, object?>("kind", kind switch
    {
        TransferKind.Whole => "axfr",
        TransferKind.WholeInstead => "ixfr_whole",
        TransferKind.Differences => "ixfr",
        _ => "refused",
    }));

    public void Dispose() => _meter.Dispose();
}

/// <summary>What became of a question for the zone.</summary>
internal enum TransferKind
{
    /// <summary>The whole zone was asked for and given.</summary>
    Whole,

    /// <summary>The whole zone was given for lack of differences.</summary>
    WholeInstead,

    /// <summary>Differences.</summary>
    Differences,

    /// <summary>Nothing: whoever asked may not, or signed wrongly.</summary>
    Refused,
}
