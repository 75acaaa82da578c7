using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Certificates;

/// <summary>Since when domains have had a certificate: all that steering wants to know of it.</summary>
public sealed class CertificatePresence(IConnectionMultiplexer redis)
{
    private static readonly Script Find = new("find_presence.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary><see cref="StoredCertificate.Present"/> of the certificates of these domains, in their order; null where there is none.</summary>
    // By a script: a thousand answers to a thousand commands cost more than all else when all domains are read.
    public async Task<ChangeId?[]> FindAsync(IReadOnlyCollection<string> domains) => domains.Count == 0
        ? []
        : Array.ConvertAll(await Find.RunAsync(_db, [.. domains.Select(d => (RedisKey)RedisKeys.Certificate(d))], []), Present);

    public async Task<ChangeId?> FindAsync(string domain) => (await FindAsync([domain]))[0];

    private static ChangeId? Present(RedisResult change) => (string?)change is { Length: > 0 } text ? ChangeId.Parse(text) : null;
}
