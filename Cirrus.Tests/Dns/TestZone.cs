using System.Globalization;
using System.Net;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Server;
using Cirrus.Dns.Signatures;
using Cirrus.Dns.Transfers;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Dns;

/// <summary>Zones made by hand, without Redis.</summary>
internal static class TestZone
{
    public const string Name = "cdn.example.test";
    public static readonly ChangeId Change = new(1_700_000_000_000, 0);

    public static NodeView Node(string id, NodeHealth health, params string[] addresses) => new(
        new Node { Id = id, Addresses = addresses },
        NodeStatus.Unknown with { Health = health, Served = health != NodeHealth.Unknown, Since = DateTimeOffset.UnixEpoch });

    public static NodeView HavingApplied(this NodeView view, ChangeId change) => view with { Status = view.Status with { Applied = change } };

    public static ZoneInput Input(IReadOnlyCollection<string> domains, params NodeView[] nodes) => new(
        new ZoneOptions { Name = Name },
        new DnsOptions(),
        [new NameServer("ns1", [IPAddress.Parse("192.0.2.1")]), new NameServer("ns2", [IPAddress.Parse("2001:db8::2")])],
        domains.ToDictionary(d => d, _ => Led()),
        nodes,
        []);

    /// <summary>A domain that asks for nothing but that a gate is open.</summary>
    public static SteeredDomain Led(TlsGate? gate = null, DomainSteering? steering = null) =>
        new(Lead.Of(steering, new ZoneOptions { Name = Name }), gate);

    /// <summary>Of a domain that asks for nothing.</summary>
    public static Lead Lead { get; } = Lead.Of(null, new ZoneOptions { Name = Name });

    public static ZoneSnapshot Snapshot(ZoneInput input, uint serial = 7) => new(ZoneBuilder.Build(input), serial, Change);

    /// <summary>With a domain that eight nodes are named for, 24 addresses in all.</summary>
    public static ZoneSnapshot WithManyAddresses(string domain)
    {
        var nodes = Enumerable.Range(1, 8).Select(i => Node($"edge-{i}", NodeHealth.Up, $"2001:db8::{i}", $"2001:db8::1:{i}", $"2001:db8::2:{i}"));
        var led = Led(steering: new DomainSteering { Nodes = 8 });
        return Snapshot(Input([], [.. nodes]) with { Domains = new Dictionary<string, SteeredDomain> { [domain] = led } });
    }

    public static DnsListener Listener(DnsOptions options, CurrentZone zone)
    {
        var fixedOptions = Options.Create(options);
        var secondaries = new SecondaryAddresses(fixedOptions, TimeProvider.System, NullLogger<SecondaryAddresses>.Instance);
        var keys = new TsigKeyRing(fixedOptions, TimeProvider.System);
        var desk = new TransferDesk(zone, secondaries, keys, new TransferMetrics(), TimeProvider.System, NullLogger<TransferDesk>.Instance);
        var signatures = new RegionalSignatures(TimeProvider.System, options.Dnssec.SignatureValidity);
        var direct = new DirectTransports(new DirectAnswers(), new Locator(), signatures, new DirectMetrics(), fixedOptions);
        return new DnsListener(new QueryHandler(zone), desk, secondaries, direct, fixedOptions, NullLogger<DnsListener>.Instance);
    }

    /// <summary>All records as text, in order.</summary>
    public static IReadOnlyList<string> Lines(ZoneContent content) =>
        [.. content.Records().Select(r => string.Create(CultureInfo.InvariantCulture, $"{r}")).Order(StringComparer.Ordinal)];

    public static string AccessNameOf(string domain) => AccessName.For(domain, Name);
}
