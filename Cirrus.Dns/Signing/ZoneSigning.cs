using System.Diagnostics;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Signing;

/// <summary>
/// Signs what the process that leads publishes, with the keys that Redis has; it makes the first ones. What is not signed anew it takes over from the
/// zone being served, whoever signed that.
/// </summary>
internal sealed partial class ZoneSigning(
    DnssecKeyStore store, IOptions<ZoneOptions> zone, IOptions<DnsOptions> dns, TimeProvider time, ILogger<ZoneSigning> logger)
{
    private static readonly Actor Actor = new("dns");

    private readonly ILogger _logger = logger;
    private readonly OpenedKeys _keys = new(store, zone.Value.Name, dns.Value.NameServerTtl);
    private ZoneContent? _reusable;
    private int _publishedWith = -1;
    private bool _looksAtAll;

    public bool IsOn => dns.Value.Dnssec.Enabled;

    private string Zone => zone.Value.Name;

    private SigningTime Time => new(time.GetUtcNow(), dns.Value.Dnssec.SignatureValidity);

    /// <summary>Signatures of a zone that is not served, but may hold on.</summary>
    public void Reuse(ZoneContent content) => _reusable = content;

    /// <summary>Has the next zone looked at name by name, whether a signature is due.</summary>
    public void LookAtAll() => _looksAtAll = true;

    /// <summary>The zone as it is to be published but for the SOA record's signature; null when it can't be signed: better the last one than one that nobody believes.</summary>
    public async Task<ZoneContent?> TrySignAsync(ZoneContent plain, ZoneContent? served)
    {
        if (!IsOn)
            return plain;
        if (await TryOpenAsync() is not { } keys)
            return null;
        var before = served is { IsSigned: true } ? served : _reusable;
        var denial = Denial.Of(dns.Value.Dnssec.Denial, keys.Origin);
        var (all, started) = (_looksAtAll || _publishedWith != _keys.Known.Revision, Stopwatch.GetTimestamp());
        // Once more when it could not be published.
        _reusable = ZoneSigner.Sign(plain, before, denial, keys, Time, all);
        if (all && !ReferenceEquals(_reusable, before))
            LogSigned(Zone, _reusable.Order.Count, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return _reusable;
    }

    /// <summary>The zone for a serial.</summary>
    public ZoneContent WithSerial(ZoneContent content, uint serial) => content.IsSigned ? ZoneSigner.SignSoa(content, serial, _keys.Signing!, Time) : content;

    /// <summary>What was signed last is served.</summary>
    public void Served()
    {
        _reusable = null;
        _looksAtAll = false;
        _publishedWith = _keys.Known.Revision;
    }

    /// <summary>Takes the steps that are due for the keys; the change log then tells of new ones.</summary>
    public async Task AdvanceKeysAsync(ZoneContent served)
    {
        var (keys, now, options) = (await store.FindAsync(Zone), time.GetUtcNow(), dns.Value);
        TimeSpan[] ttls = [options.NameServerTtl, options.NegativeTtl, zone.Value.Ttl, TimeSpan.FromSeconds(DomainSteering.MaxTtl)];
        var times = options.Dnssec.TimesWith(options.NameServerTtl, ttls.Max());
        var next = KeyRoll.Advance(keys, ServedKeys.In(served, keys), times, now);
        next = KeyRoll.Missing(next, times, now).Aggregate(next, (all, m) => store.WithNew(Zone, all, m.Kind, m.State, now));
        // In a conflict another was first, and this is looked at again.
        if (!ReferenceEquals(next, keys) && (await store.PutAsync(Zone, next, Actor, "dnssec-keys")).Accepted)
            LogKeys(Zone, string.Join(", ", next.Keys.Select(k => $"{k.Kind} {k.Id} {k.State}")));
    }

    private async Task<SigningKeys?> TryOpenAsync()
    {
        try
        {
            while (!await _keys.RefreshAsync())
                await MakeAsync();
            return _keys.Signing;
        }
        catch (SealedKeyException e)
        {
            LogUnsigned(Zone, e.Message);
            return null;
        }
    }

    // Of several processes that make them at once, those of the first are used by all. What Redis has lost, and the parent zone still vouches for,
    // is put back.
    private async Task MakeAsync()
    {
        var (known, now) = (_keys.Known, time.GetUtcNow());
        var made = known.Revision > 0 ? known with { Revision = 0 } : KeyRoll.Missing(DnssecKeys.None, dns.Value.Dnssec.TimesWith(default, default), now)
            .Aggregate(DnssecKeys.None, (all, m) => store.WithNew(Zone, all, m.Kind, m.State, now));
        await store.PutAsync(Zone, made, Actor, "dnssec-keys");
    }

    [LoggerMessage(LogLevel.Information, "Zone {Zone} signed, {Names} names looked at in {Took:F0} ms")]
    private partial void LogSigned(string zone, int names, double took);

    [LoggerMessage(LogLevel.Information, "Keys of zone {Zone}: {Keys}")]
    private partial void LogKeys(string zone, string keys);

    [LoggerMessage(LogLevel.Critical, "Zone {Zone} stays as it is, a key can't be used: {Reason}")]
    private partial void LogUnsigned(string zone, string reason);
}
