using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Cirrus.Dns;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>A process that leads, as far as signing goes, at any time.</summary>
internal sealed class SignedPublisher
{
    private readonly ZonePublisher _publisher;
    private readonly ZoneReplica _replica;
    private int _changes;

    public SignedPublisher(IConnectionMultiplexer redis, TimeProvider time, DnssecOptions dnssec, string? sealingKeys = null)
    {
        var (zone, dns) = (Options.Create(new ZoneOptions { Name = TestZone.Name }), Options.Create(new DnsOptions { Dnssec = dnssec }));
        Keys = new DnssecKeyStore(redis, KeySealing.Parse(sealingKeys));
        Zones = new ZoneStore(redis);
        Signing = new ZoneSigning(Keys, zone, dns, time, NullLogger<ZoneSigning>.Instance);
        _publisher = new ZonePublisher(Current, Zones, Signing, zone, dns, time, NullLogger<ZonePublisher>.Instance);
        _replica = new ZoneReplica(Current, Zones, Signing, zone, dns, NullLogger<ZoneReplica>.Instance);
    }

    public CurrentZone Current { get; } = new();
    public DnssecKeyStore Keys { get; }
    public ZoneStore Zones { get; }
    public ZoneSigning Signing { get; }

    public ZoneSnapshot Served => Current.Snapshot!;

    public Task FollowAsync(ZoneContent built) => _replica.FollowAsync(built);

    public Task PublishAsync(ZoneContent plain) => PublishAsync(plain, new ChangeId(1_700_000_000_000 + ++_changes, 0));

    public Task PublishAsync(ZoneContent plain, ChangeId upTo) => _publisher.PublishAsync(plain, upTo);

    /// <summary>What is done from time to time.</summary>
    public async Task LookAsync(ZoneContent plain)
    {
        await Signing.AdvanceKeysAsync(Served.Content);
        Signing.LookAtAll();
        await PublishAsync(plain);
    }
}
