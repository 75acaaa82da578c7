using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Certificates;

/// <summary>Since when domains have had a certificate: all that steering wants to know of it.</summary>
public sealed class CertificatePresence(IConnectionMultiplexer redis)
{
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary><see cref="StoredCertificate.Present"/> of the certificates of these domains, in their order; null where there is none.</summary>
    // Sent together, so that a thousand cost little more than one.
    public Task<ChangeId?[]> FindAsync(IEnumerable<string> domains) => Task.WhenAll(domains.Select(FindAsync));

    public async Task<ChangeId?> FindAsync(string domain)
    {
        var fields = await _db.HashGetAsync(RedisKeys.Certificate(domain), ["revision", "present"]);
        return fields[0].IsNull ? null
            // Written before this was kept: everybody has it by now.
            : fields[1].IsNull ? ChangeId.Zero
            : ChangeId.Parse((string)fields[1]!);
    }
}
