using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Domains;

/// <summary>Tells which domain serves a host, as edges find it: the exact name wins over the wildcard.</summary>
public sealed class DomainOwners(IConnectionMultiplexer redis)
{
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>The domain of each normalised host name; hosts that nobody serves are left out.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(IEnumerable<string> hosts)
    {
        var candidates = hosts.Distinct(StringComparer.Ordinal).SelectMany(h => new[] { (Host: h, Domain: h), (Host: h, Domain: Wildcard(h)) }).ToList();
        if (candidates.Count == 0)
            return new Dictionary<string, string>();
        var scores = await _db.SortedSetScoresAsync(RedisKeys.Domains, [.. candidates.Select(c => (RedisValue)c.Domain)]);
        return candidates.Where((_, i) => scores[i] is not null)
            .DistinctBy(c => c.Host)
            .ToDictionary(c => c.Host, c => c.Domain, StringComparer.Ordinal);
    }

    private static string Wildcard(string host) => "*" + host[Math.Max(0, host.IndexOf('.'))..];
}
