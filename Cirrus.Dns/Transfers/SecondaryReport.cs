using System.Net;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using Cirrus.Core.Secondaries;
using Cirrus.Dns.Zones;
using StackExchange.Redis;

namespace Cirrus.Dns.Transfers;

/// <summary>What was seen of one secondary, and its way into Redis: the state for operators, the applied change for receipts.</summary>
internal sealed partial class SecondaryReport(
    SecondaryOptions secondary, CurrentZone zone, AppliedLog applied, SecondaryStore store, TimeProvider time, ILogger logger)
{
    // Seen to serve a serial this recently, it needs not be asked again about a change that left the zone as it was.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    // Often enough to show that somebody looks; a change is written at once.
    private static readonly TimeSpan Rewrite = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private Reachability _reachability = Reachability.Unknown;
    private Secondary _state = new(secondary.Name, secondary.Address, secondary.Port, 0, false, null);
    private long _servedAt;
    private Secondary? _written;
    private long _writtenAt;
    private ChangeId _recorded;

    public string Name => secondary.Name;

    /// <summary>The serial it gave when it answered last; 0: it never has.</summary>
    public uint Serial => _state.Serial;

    public bool IsReachable => _state.Reachable;

    /// <summary>Since when there has been a newer serial than that.</summary>
    public TimeSpan Behind => zone.BehindBy(_state.Serial);

    /// <summary>The serial it gave when last asked; null when it did not answer.</summary>
    public uint? Serving { get; private set; }

    public void Saw(IPEndPoint? endpoint, uint? serial)
    {
        var now = time.GetUtcNow();
        var reachability = _reachability.After(serial is not null);
        if (reachability.Reachable != _reachability.Reachable)
            LogReachable(secondary.Name, endpoint, reachability.Reachable);
        if (serial is { } ahead && zone.Snapshot is { } own && SerialNumber.IsNewer(ahead, own.Serial) && Serving != serial)
            LogAhead(secondary.Name, ahead, own.Serial);
        _reachability = reachability;
        Serving = serial;
        if (serial is not null)
            _servedAt = time.GetTimestamp();
        _state = _state with
        {
            Address = endpoint?.Address.ToString() ?? secondary.Address,
            Serial = serial ?? _state.Serial,
            Reachable = reachability.Reachable,
            Checked = now,
        };
    }

    /// <summary>Writes what is new. Redis may be away: then it is written the next time.</summary>
    public async Task WriteAsync()
    {
        try
        {
            await RecordAppliedAsync();
            if (_written is null || _written with { Checked = _state.Checked } != _state || time.GetElapsedTime(_writtenAt) >= Rewrite)
            {
                await store.PutAsync(_state);
                _written = _state;
                _writtenAt = time.GetTimestamp();
            }
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogUnwritten(secondary.Name, e.Message);
        }
    }

    private async Task RecordAppliedAsync()
    {
        if (Serving is not { } serial || time.GetElapsedTime(_servedAt) > Fresh || zone.ChangeOf(serial) is not { } change || change <= _recorded)
            return;
        await applied.RecordSecondaryAsync(secondary.Name, change, time.GetUtcNow());
        _recorded = change;
    }

    [LoggerMessage(LogLevel.Information, "Secondary {Name} at {Endpoint}: reachable {Reachable}")]
    private partial void LogReachable(string name, IPEndPoint? endpoint, bool reachable);

    [LoggerMessage(LogLevel.Error, "Secondary {Name} serves serial {Serial}, newer than our {Own}: it keeps that zone until ours is newer")]
    private partial void LogAhead(string name, uint serial, uint own);

    [LoggerMessage(LogLevel.Warning, "What was seen of secondary {Name} can't be written, trying again: {Reason}")]
    private partial void LogUnwritten(string name, string reason);
}
