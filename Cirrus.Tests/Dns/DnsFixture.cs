using System.Globalization;
using Cirrus.Core.Acme;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Secondaries;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Dns;

/// <summary>Redis, Cirrus.Dns and two NSD secondaries as processes of their own.</summary>
public sealed class DnsFixture : IAsyncLifetime
{
    public const string Zone = "cdn.example.test";

    /// <summary>The key of both secondaries.</summary>
    public const string KeyName = "test.cirrus";
    public const string Secret = "c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgb2N0ZXRzLi4=";

    /// <summary>For dig.</summary>
    public static readonly string[] WithKey = ["-y", $"hmac-sha256:{KeyName}:{Secret}"];

    private static readonly Actor Actor = new("test");

    private readonly WorkFolder _folder = new();
    private readonly int _httpPort = FreePort.Next();
    private readonly int[] _secondaryPorts = [FreePort.Next(), FreePort.Next()];
    private readonly ChildProcess?[] _secondaries = new ChildProcess?[2];
    private ChildProcess? _dns;

    internal RedisServer Redis { get; private set; } = null!;
    internal NodeStore Nodes { get; private set; } = null!;
    internal DomainStore Domains { get; private set; } = null!;
    internal ChallengeStore Challenges { get; private set; } = null!;
    internal CertificateStore Certificates { get; private set; } = null!;
    internal AppliedLog Applied { get; private set; } = null!;
    internal SecondaryStore Secondaries { get; private set; } = null!;
    internal ZoneStore Zones { get; private set; } = null!;
    internal IConnectionMultiplexer Connection { get; private set; } = null!;

    public int PrimaryPort { get; } = FreePort.Next();

    /// <summary>What Cirrus.Dns has logged since it was started.</summary>
    public string Output => _dns!.Output;

    /// <summary>Where it answers clients itself.</summary>
    public int DirectPort { get; } = FreePort.Next();
    public IReadOnlyList<int> SecondaryPorts => _secondaryPorts;

    public async Task InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        Connection = await Redis.ConnectAsync();
        Nodes = new NodeStore(Connection);
        Domains = new DomainStore(Connection);
        Challenges = new ChallengeStore(Connection);
        Certificates = new CertificateStore(Connection, KeySealing.Parse(null));
        Applied = new AppliedLog(Connection);
        Secondaries = new SecondaryStore(Connection);
        Zones = new ZoneStore(Connection);
        StartDns();
        StartSecondary(0);
        StartSecondary(1);
        await Wait.UntilAsync("both secondaries serve the zone", SecondariesServeCurrentAsync);
    }

    public async Task DisposeAsync()
    {
        foreach (var process in new[] { _dns, _secondaries[0], _secondaries[1] })
        {
            if (process is not null)
                await process.DisposeAsync();
        }
        if (Connection is not null)
            await Connection.DisposeAsync();
        if (Redis is not null)
            await Redis.DisposeAsync();
        _folder.Dispose();
    }

    public void StartDns() => _dns = new PrimaryProgram(
        Redis.ConnectionString, Zone, PrimaryPort, _httpPort,
        new("ns1", _secondaryPorts[0], KeyName, Secret), new("ns2", _secondaryPorts[1], KeyName, Secret))
        .Start(new("Dns__Direct__Listen", $"127.0.0.1:{DirectPort}"), new("Dns__Direct__RateLimit", "0"), new("Dns__Direct__Sockets", "2"));

    public Task KillDnsAsync() => _dns!.KillAsync();

    public Task<int> StopDnsAsync() => _dns!.StopAsync();

    public void StartSecondary(int index) => _secondaries[index] = ChildProcess.Start(
        Repository.At("deploy/nsd/bin/secondary"), "nsd", [],
        new Dictionary<string, string>
        {
            ["CIRRUS_NS_LISTEN"] = "127.0.0.1",
            ["CIRRUS_NS_PORT"] = $"{_secondaryPorts[index]}",
            ["CIRRUS_NS_ZONE"] = Zone,
            ["CIRRUS_NS_PRIMARY"] = "127.0.0.1",
            ["CIRRUS_NS_PRIMARY_PORT"] = $"{PrimaryPort}",
            ["CIRRUS_NS_TSIG_KEY"] = KeyName,
            ["CIRRUS_NS_TSIG_SECRET"] = Secret,
            ["CIRRUS_NS_DATA"] = _folder.At($"ns{index + 1}"),
            ["CIRRUS_NS_WRITE_INTERVAL"] = "1",
        });

    public Task KillSecondaryAsync(int index) => _secondaries[index]!.KillAsync();

    public Task<int> StopSecondaryAsync(int index) => _secondaries[index]!.StopAsync();

    /// <summary>The zone file a secondary keeps.</summary>
    public string ZoneFile(int index) => _folder.At($"ns{index + 1}/{Zone}.zone");

    /// <summary>Code and body of <c>/readyz</c>; null when nobody answers.</summary>
    public async Task<(int Code, string Body)?> ReadyAsync()
    {
        using var client = new HttpClient();
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{_httpPort}/readyz"));
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>What <c>/metrics</c> says of a series, written as there but for empty braces; null for one that is not there.</summary>
    public async Task<double?> MetricAsync(string series)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{_httpPort}/metrics"));
        var name = series.EndsWith('}') ? series : $"{series}{{}}";
        var line = text.Split('\n').SingleOrDefault(l => l.StartsWith($"{name} ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public Task<ChangeId> AddNodeAsync(string id, NodeHealth health, params string[] addresses) =>
        AddNodeAsync(new Node { Id = id, Addresses = addresses, Revision = 1 }, health);

    public async Task<ChangeId> AddNodeAsync(Node node, NodeHealth health)
    {
        await Nodes.PutAsync(node, Actor);
        return (await Nodes.SetHealthAsync(node.Id, health, "", DateTimeOffset.UtcNow))!.Value;
    }

    /// <summary>Changes a node that is there.</summary>
    public async Task<ChangeId> PutNodeAsync(string id, Func<Node, Node> change)
    {
        var node = (await Nodes.FindAsync(id))!.Node;
        return (await Nodes.PutAsync(change(node) with { Revision = node.Revision + 1 }, Actor)).Change;
    }

    public async Task<ChangeId> TurnAsync(string node, NodeHealth health) =>
        (await Nodes.SetHealthAsync(node, health, "", DateTimeOffset.UtcNow))!.Value;

    public Task RemoveNodeAsync(string id) => Nodes.DeleteAsync(id, Actor);

    public Task<ChangeId> AddDomainAsync(string name) => AddDomainAsync(name, null);

    public async Task<ChangeId> AddDomainAsync(string name, DomainTls? tls)
    {
        var domain = new CdnDomain { Name = name, Origins = [new Origin("http", "127.0.0.1", 9000)], CacheEnable = true, Tls = tls, Revision = 1 };
        return (await Domains.PutAsync(domain, Actor)).Change;
    }

    /// <summary>What a domain that is there wants of TLS from now on.</summary>
    public Task<ChangeId> PutDomainAsync(string name, DomainTls? tls) => ChangeDomainAsync(name, d => d with { Tls = tls });

    /// <summary>Changes a domain that is there.</summary>
    public async Task<ChangeId> ChangeDomainAsync(string name, Func<CdnDomain, CdnDomain> change)
    {
        var domain = (await Domains.FindAsync(name))!;
        return (await Domains.PutAsync(change(domain) with { Revision = domain.Revision + 1 }, Actor)).Change;
    }

    public async Task<ChangeId> PutCertificateAsync(string domain)
    {
        var summary = new CertificateSummary([domain], "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "", CertificateSource.Operator);
        var revision = (await Certificates.FindAsync(domain))?.Revision ?? 0;
        return (await Certificates.PutAsync(domain, new CheckedCertificate(summary, "chain", "key"), revision, Actor)).Change;
    }

    public async Task<ChangeId> DeleteCertificateAsync(string domain) =>
        (await Certificates.DeleteAsync(domain, (await Certificates.FindAsync(domain))!.Revision, Actor)).Change;

    public Task RemoveDomainAsync(string name) => Domains.DeleteAsync(name, Actor);

    /// <summary>Waits until both secondaries give exactly these addresses for a domain.</summary>
    public Task UntilBothNameAsync(string domain, params string[] addresses)
    {
        var name = AccessName.For(domain, Zone);
        return Wait.UntilAsync($"both secondaries name {string.Join(", ", addresses)} for {domain}", async () =>
        {
            var answers = await Task.WhenAll(_secondaryPorts.Select(p => Dig.ShortAsync(p, name, "A")));
            return answers.All(a => a.SequenceEqual(addresses.Order(StringComparer.Ordinal)));
        });
    }

    /// <summary>Waits until both secondaries have a receipt for the change, and returns how long it took them.</summary>
    public async Task<TimeSpan[]> UntilAppliedAsync(ChangeId change)
    {
        string[] names = ["ns1", "ns2"];
        await Wait.UntilAsync($"both secondaries have applied {change}", async () =>
            (await Task.WhenAll(names.Select(n => Applied.SecondaryAppliedAsync(n, change)))).All(seen => seen is not null));
        return [.. (await Task.WhenAll(names.Select(n => Applied.SecondaryAppliedAsync(n, change)))).Select(seen => seen!.At!.Value - change.At)];
    }

    public async Task<bool> SecondariesServeCurrentAsync()
    {
        var serials = await Task.WhenAll(_secondaryPorts.Prepend(PrimaryPort).Select(p => Dig.SerialAsync(p, Zone)));
        return serials[0] is not null && serials.Distinct().Count() == 1;
    }
}
