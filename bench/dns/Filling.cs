using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Bench.Dns;

/// <summary>Writes what the API would have written, many at once.</summary>
internal sealed class Filling(IConnectionMultiplexer redis)
{
    private const int Batch = 5000;

    private readonly IDatabase _db = redis.GetDatabase();

    public static Actor Actor { get; } = new("bench");

    public static string DomainName(int i) => $"www.d{i:D7}.bench.test";

    public static string NodeId(int i) => $"edge-{i:D3}";

    public static byte[] AddressOf(int i) => [198, 18, (byte)(i >> 8), (byte)i];

    public async Task FillAsync(int domains, int nodes)
    {
        var first = await FirstAsync();
        for (var start = 1; start < domains; start += Batch)
        {
            var batch = Enumerable.Range(start, Math.Min(Batch, domains - start)).Select(DomainName).ToList();
            await Task.WhenAll([.. batch.Select(n => CopyAsync(first.Document, first.Present, n)), IndexAsync(batch)]);
        }
        await Task.WhenAll(Enumerable.Range(0, nodes).Select(AddNodeAsync));
    }

    // Written by the store itself, so that the others are what it would have made of them.
    private async Task<(string Document, ChangeId Present)> FirstAsync()
    {
        var name = DomainName(0);
        var domain = new CdnDomain
        {
            Name = name,
            Origins = [new Origin("https", "origin.example.com", 443)],
            CacheEnable = true,
            Tls = new DomainTls { Certificate = CertificateOrigin.Acme, HoldDns = true },
            Revision = 1,
        };
        var present = (await new DomainStore(redis).PutAsync(domain, Actor)).Change;
        await CertificateAsync(name, present);
        return ((await _db.StringGetAsync(RedisKeys.Domain(name)))!, present);
    }

    private Task CopyAsync(string document, ChangeId present, string name) => Task.WhenAll(
        _db.StringSetAsync(RedisKeys.Domain(name), document.Replace(DomainName(0), name, StringComparison.Ordinal)), CertificateAsync(name, present));

    private Task CertificateAsync(string name, ChangeId present) =>
        _db.HashSetAsync(RedisKeys.Certificate(name), [new("revision", 1), new("present", present.ToString())]);

    private Task<long> IndexAsync(IEnumerable<string> names) => _db.SortedSetAddAsync(RedisKeys.Domains, [.. names.Select(n => new SortedSetEntry(n, 0))]);

    private async Task AddNodeAsync(int i)
    {
        var store = new NodeStore(redis);
        var node = new Node { Id = NodeId(i), Addresses = [string.Join('.', AddressOf(i)), $"2001:db8::{i:x}"], Revision = 1 };
        await store.PutAsync(node, Actor);
        var up = await store.SetHealthAsync(node.Id, NodeHealth.Up, "", DateTimeOffset.UtcNow);
        // Every certificate is older.
        await store.RecordProbeAsync(node.Id, "", up!.Value, "", DateTimeOffset.UtcNow);
    }
}
