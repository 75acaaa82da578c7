using System.Text.Json;
using Cirrus.Core.Acme;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Certificates;

/// <summary>Reads and writes the certificates of domains. Chain and key lie in one hash, so nobody ever sees one without the other.</summary>
public sealed class CertificateStore(IConnectionMultiplexer redis, KeySealing sealing)
{
    private static readonly Script Put = new(Accept.File, "former.lua", "put_certificate.lua");
    private static readonly Script Delete = new(Accept.File, "former.lua", "delete_certificate.lua");
    private static readonly Script List = new("list_certificates.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    public async Task<StoredCertificate?> FindAsync(string domain) =>
        Read(await _db.HashGetAsync(RedisKeys.Certificate(domain), ["summary", "revision", "present"]));

    /// <summary>The certificates of these domains, in their order; null where there is none.</summary>
    public Task<StoredCertificate?[]> FindAsync(IEnumerable<string> domains) => Task.WhenAll(domains.Select(FindAsync));

    /// <summary>The certificate of a domain and PEM of its chain, the leaf first, as they were at one moment; null: there is none.</summary>
    public async Task<(StoredCertificate Certificate, string FullchainPem)?> FindWithChainAsync(string domain)
    {
        var fields = await _db.HashGetAsync(RedisKeys.Certificate(domain), ["summary", "revision", "present", "fullchain"]);
        return Read(fields) is { } certificate ? (certificate, (string)fields[3]!) : null;
    }

    /// <summary>PEM of chain and private key, for whoever must prove to the authority that it is theirs.</summary>
    /// <exception cref="SealedKeyException">The key can't be opened.</exception>
    public async Task<(string FullchainPem, string KeyPem)?> FindWithKeyAsync(string domain)
    {
        var place = RedisKeys.Certificate(domain);
        var fields = await _db.HashGetAsync(place, ["fullchain", "key"]);
        return fields[0].IsNull ? null : ((string)fields[0]!, sealing.Open((string)fields[1]!, place));
    }

    /// <summary>Domains with a certificate in the order in which those end, and of one moment by name.</summary>
    /// <param name="after">The last one that is known already, which need not be there any more; null: from the first.</param>
    public async Task<IReadOnlyList<CertificateEnd>> ListAsync(CertificateEnd? after, int limit)
    {
        var found = new List<CertificateEnd>();
        for (var from = after; found.Count < limit;)
        {
            var page = await PageAsync(from, limit - found.Count);
            // Where the one that is known has gone, those before it are read again.
            found.AddRange(page.Where(e => after is null || e.IsAfter(after)));
            if (page.Count == 0)
                break;
            from = page[^1];
        }
        return found;
    }

    /// <summary>Some domains with a certificate that has not come to its end, taken at random.</summary>
    public async Task<IReadOnlyList<string>> SampleAsync(int count, DateTimeOffset now)
    {
        var valid = await _db.SortedSetLengthAsync(RedisKeys.Certificates, now.ToUnixTimeMilliseconds());
        var skip = valid > count ? Random.Shared.NextInt64(valid - count + 1) : 0;
        var names = await _db.SortedSetRangeByScoreAsync(RedisKeys.Certificates, now.ToUnixTimeMilliseconds(), skip: skip, take: count);
        return Array.ConvertAll(names, n => (string)n!);
    }

    /// <summary>Whether a domain has a certificate that has not come to its end.</summary>
    public async Task<bool> IsValidAsync(string domain, DateTimeOffset now) =>
        await _db.SortedSetScoreAsync(RedisKeys.Certificates, domain) > now.ToUnixTimeMilliseconds();

    /// <summary>Writes the certificate of a domain; missing: there is no such domain.</summary>
    /// <param name="expectedRevision">Of the stored one, 0: none.</param>
    public async Task<WriteResult> PutAsync(string domain, CheckedCertificate certificate, int expectedRevision, Actor actor)
    {
        var summary = certificate.Summary;
        return DocumentWriter.Read(await Put.RunAsync(
            _db,
            Accept.Keys(RedisKeys.Certificate(domain), RedisKeys.Domain(domain), RedisKeys.Certificates, RedisKeys.FormerCertificate(domain)),
            Accept.Arguments(
                actor, domain, expectedRevision, ChangeTypes.CertificatePut, JsonSerializer.Serialize(summary, CoreJson.Default.CertificateSummary),
                "fullchain", certificate.FullchainPem, "key", sealing.Seal(certificate.KeyPem, RedisKeys.Certificate(domain)),
                "notAfter", summary.NotAfter.ToUnixTimeMilliseconds(), "notBefore", summary.NotBefore.ToUnixTimeMilliseconds(),
                "source", summary.Source, "fingerprint", summary.Fingerprint)));
    }

    /// <param name="revoke">Why its authority is to revoke it; null: it is not revoked.</param>
    /// <exception cref="SealedKeyException">Its key, by which it is revoked, can't be opened.</exception>
    public async Task<WriteResult> DeleteAsync(string domain, int expectedRevision, Actor actor, RevocationReason? revoke = null)
    {
        RedisValue[] revocation = revoke is { } reason ? await RevocationAsync(domain, reason, actor) : [];
        return DocumentWriter.Read(await Delete.RunAsync(
            _db,
            Accept.Keys(RedisKeys.Certificate(domain), RedisKeys.Certificates, RedisKeys.FormerCertificate(domain), RedisKeys.AcmeRevocations),
            Accept.Arguments(actor, [domain, expectedRevision, ChangeTypes.CertificateDelete, .. revocation])));
    }

    // Of what is there now; the script sees whether it still is.
    private async Task<RedisValue[]> RevocationAsync(string domain, RevocationReason reason, Actor actor)
    {
        if (await FindAsync(domain) is not { Summary: var summary } || await FindWithKeyAsync(domain) is not var (chain, key))
            return [];
        var revocation = new Revocation(domain, summary.Authority, chain, key, reason, actor.Name);
        return [summary.Fingerprint, revocation.ToJson(sealing), RedisKeys.AcmeBell];
    }

    private async Task<IReadOnlyList<CertificateEnd>> PageAsync(CertificateEnd? after, int count)
    {
        var reply = await List.RunAsync(_db, [RedisKeys.Certificates], [after?.Milliseconds ?? long.MinValue, after?.Domain ?? "", count]);
        return [.. reply.Chunk(2).Select(e => new CertificateEnd((long)(double)e[1], (string)e[0]!))];
    }

    private static StoredCertificate? Read(RedisValue[] fields) => fields[0].IsNull
        ? null
        : new StoredCertificate(
            JsonSerializer.Deserialize((string)fields[0]!, CoreJson.Default.CertificateSummary)!, (int)fields[1],
            fields[2].IsNull ? ChangeId.Zero : ChangeId.Parse((string)fields[2]!));
}
