using System.Text.Json;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>Keeps the order under way for each domain, and the private key its certificate will be for.</summary>
public sealed class AcmeTaskStore(IConnectionMultiplexer redis, KeySealing sealing)
{
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>The lease under which one worker at a time works for a domain.</summary>
    public Lease Lease(string domain, TimeSpan timeToLive) => Redis.Lease.At(redis, RedisKeys.AcmeLock(domain), timeToLive);

    public async Task<AcmeTask?> FindAsync(string domain) =>
        await _db.StringGetAsync(RedisKeys.AcmeTask(domain)) is { IsNull: false } json
            ? JsonSerializer.Deserialize((string)json!, CoreJson.Default.AcmeTask) : null;

    /// <exception cref="LeaseLostException">Another worker works for the domain; nothing was written.</exception>
    public Task PutAsync(string domain, AcmeTask task, Lease lease) => WriteAsync(
        lease, RedisKeys.AcmeTask(domain), JsonSerializer.Serialize(task, CoreJson.Default.AcmeTask));

    /// <returns>PEM (PKCS #8), or null.</returns>
    /// <exception cref="SealedKeyException">It can't be opened.</exception>
    public async Task<string?> FindKeyAsync(string domain)
    {
        var place = RedisKeys.AcmeCertificateKey(domain);
        return await _db.StringGetAsync(place) is { IsNull: false } text ? sealing.Open((string)text!, place) : null;
    }

    /// <param name="pem">PKCS #8.</param>
    /// <exception cref="LeaseLostException">Another worker works for the domain; nothing was written.</exception>
    public Task PutKeyAsync(string domain, string pem, Lease lease)
    {
        var place = RedisKeys.AcmeCertificateKey(domain);
        return WriteAsync(lease, place, sealing.Seal(pem, place));
    }

    /// <summary>Forgets the order and its key: it has ended, well or not.</summary>
    /// <exception cref="LeaseLostException">Another worker works for the domain; nothing was written.</exception>
    public async Task RemoveAsync(string domain, Lease lease)
    {
        var write = _db.CreateTransaction();
        write.AddCondition(lease.IsHeld);
        _ = write.KeyDeleteAsync([RedisKeys.AcmeTask(domain), RedisKeys.AcmeCertificateKey(domain)]);
        if (!await write.ExecuteAsync())
            throw new LeaseLostException();
    }

    private async Task WriteAsync(Lease lease, string key, string text)
    {
        var write = _db.CreateTransaction();
        write.AddCondition(lease.IsHeld);
        _ = write.StringSetAsync(key, text);
        if (!await write.ExecuteAsync())
            throw new LeaseLostException();
    }
}
