using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Certificates;

/// <summary>Reads and writes the certificates of domains. Chain and key lie in one hash, so nobody ever sees one without the other.</summary>
public sealed class CertificateStore(IConnectionMultiplexer redis)
{
    private static readonly Script Put = new(Accept.File, "former.lua", "put_certificate.lua");
    private static readonly Script Delete = new(Accept.File, "former.lua", "delete_certificate.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    public async Task<StoredCertificate?> FindAsync(string domain)
    {
        var fields = await _db.HashGetAsync(RedisKeys.Certificate(domain), ["summary", "revision"]);
        return fields[0].IsNull
            ? null
            : new StoredCertificate(JsonSerializer.Deserialize((string)fields[0]!, CoreJson.Default.CertificateSummary)!, (int)fields[1]);
    }

    /// <summary>Writes the certificate of a domain; missing: there is no such domain.</summary>
    /// <param name="expectedRevision">Of the stored one, 0: none.</param>
    public async Task<WriteResult> PutAsync(string domain, CheckedCertificate certificate, int expectedRevision, Actor actor)
    {
        var summary = certificate.Summary;
        return DocumentWriter.Read(await Put.RunAsync(
            _db,
            Accept.Keys(RedisKeys.Certificate(domain), RedisKeys.Domain(domain), RedisKeys.FormerCertificate(domain)),
            Accept.Arguments(
                actor, domain, expectedRevision, ChangeTypes.CertificatePut, JsonSerializer.Serialize(summary, CoreJson.Default.CertificateSummary),
                "fullchain", certificate.FullchainPem, "key", certificate.KeyPem,
                "notBefore", summary.NotBefore.ToUnixTimeMilliseconds(), "notAfter", summary.NotAfter.ToUnixTimeMilliseconds(),
                "source", summary.Source, "fingerprint", summary.Fingerprint)));
    }

    public async Task<WriteResult> DeleteAsync(string domain, int expectedRevision, Actor actor) => DocumentWriter.Read(await Delete.RunAsync(
        _db,
        Accept.Keys(RedisKeys.Certificate(domain), RedisKeys.FormerCertificate(domain)),
        Accept.Arguments(actor, domain, expectedRevision, ChangeTypes.CertificateDelete)));
}
