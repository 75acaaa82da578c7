using ARSoft.Tools.Net;
using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Cirrus.Dns.Signing;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>Opens the zone's keys for answers by region, whether this process leads or not, and again when they are others.</summary>
internal sealed partial class RegionalKeys(
    DnssecKeyStore store, RegionalSignatures signatures, IOptions<ZoneOptions> zone, IOptions<DnsOptions> dns, ILogger<RegionalKeys> logger)
{
    private readonly ILogger _logger = logger;
    private int _revision;

    /// <summary>Without Redis, or when one can't be opened, those of before go on: their successors are shown in the zone long before they are gone.</summary>
    public async Task RefreshAsync()
    {
        var name = zone.Value.Name;
        try
        {
            if (await store.RevisionAsync(name) == _revision)
                return;
            var keys = await store.FindAsync(name);
            if (keys.Revision == 0)
                return;
            signatures.Use(new SigningKeys(DomainName.Parse(name), keys, (int)dns.Value.NameServerTtl.TotalSeconds, k => store.Open(name, keys, k)));
            _revision = keys.Revision;
        }
        catch (Exception e) when (e is SealedKeyException || e.IsRedisAway())
        {
            LogFormer(name, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Answers by region of zone {Zone} are signed with the keys known before: {Reason}")]
    private partial void LogFormer(string zone, string reason);
}
