using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Domains;

/// <summary>Reads and writes domains. Names are normalised by the caller (<see cref="HostName"/>).</summary>
public sealed class DomainStore(IConnectionMultiplexer redis)
{
    private readonly IDatabase _db = redis.GetDatabase();
    private readonly DocumentWriter _writer = new(redis.GetDatabase());

    public async Task<CdnDomain?> FindAsync(string name) => Parse(await _db.StringGetAsync(RedisKeys.Domain(name)));

    public Task<long> CountAsync() => _db.SortedSetLengthAsync(RedisKeys.Domains);

    /// <summary>Names in order, from the first after <paramref name="after"/> (empty: from the start).</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(string after, int limit)
    {
        var names = await _db.SortedSetRangeByValueAsync(
            RedisKeys.Domains, after.Length == 0 ? RedisValue.Null : after, RedisValue.Null, Exclude.Start, Order.Ascending, 0, limit);
        return Array.ConvertAll(names, n => (string)n!);
    }

    /// <summary>A page of domains in order of name, from the first after <paramref name="after"/>.</summary>
    /// <returns>Next: where the next page begins after; null when this is the last.</returns>
    public async Task<(IReadOnlyList<CdnDomain> Items, string? Next)> ListAsync(string after, int limit)
    {
        // One more than asked for tells whether there is a next page.
        var names = await NamesAsync(after, limit + 1);
        var documents = await _db.StringGetAsync([.. names.Take(limit).Select(n => (RedisKey)RedisKeys.Domain(n))]);
        // A name deleted between the two reads has no document any more, but what comes after it has.
        return ([.. documents.Select(Parse).OfType<CdnDomain>()], names.Count > limit ? names[limit - 1] : null);
    }

    /// <summary>Writes a domain whose <see cref="CdnDomain.Revision"/> is one more than the stored one; 1 creates it.</summary>
    public Task<WriteResult> PutAsync(CdnDomain domain, Actor actor) => _writer.PutAsync(
        Keys(domain.Name), JsonSerializer.Serialize(domain, CoreJson.Default.CdnDomain),
        domain.Revision - 1, domain.Revision, ChangeTypes.DomainPut, actor);

    public Task<WriteResult> DeleteAsync(string name, Actor actor, int? expectedRevision = null) =>
        _writer.DeleteAsync(Keys(name), [], expectedRevision, ChangeTypes.DomainDelete, actor);

    private static DocumentKeys Keys(string name) => new(
        name, RedisKeys.Domain(name), RedisKeys.DomainHistory(name), RedisKeys.Domains, [RedisKeys.Epochs(name)]);

    private static CdnDomain? Parse(RedisValue json) =>
        json.IsNull ? null : JsonSerializer.Deserialize((string)json!, CoreJson.Default.CdnDomain);
}
