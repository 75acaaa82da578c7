using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Dnssec;

/// <summary>Keeps the keys of a zone, the private parts sealed as those of certificates are.</summary>
public sealed class DnssecKeyStore(IConnectionMultiplexer redis, KeySealing sealing)
{
    private const string PrivatePrefix = "key:";
    private static readonly Script Put = new(Accept.File, "put_dnssec_keys.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    public async Task<DnssecKeys> FindAsync(string zone)
    {
        var fields = (await _db.HashGetAllAsync(RedisKeys.ZoneKeys(zone))).ToDictionary(f => (string)f.Name!, f => f.Value, StringComparer.Ordinal);
        return !fields.TryGetValue("summary", out var summary)
            ? DnssecKeys.None
            : new DnssecKeys(
                JsonSerializer.Deserialize((string)summary!, CoreJson.Default.IReadOnlyListDnssecKey)!,
                fields.Where(f => f.Key.StartsWith(PrivatePrefix, StringComparison.Ordinal)).ToDictionary(
                    f => int.Parse(f.Key.AsSpan(PrivatePrefix.Length), CultureInfo.InvariantCulture), f => (string)f.Value!),
                (int)fields["revision"]);
    }

    /// <summary>Whether others were kept since.</summary>
    public async Task<int> RevisionAsync(string zone) => (int)await _db.HashGetAsync(RedisKeys.ZoneKeys(zone), "revision");

    /// <summary>Keeps keys in place of those they were made of.</summary>
    /// <param name="action">What the audit trail calls it.</param>
    /// <returns>A conflict: others were kept meanwhile.</returns>
    public async Task<WriteResult> PutAsync(string zone, DnssecKeys keys, Actor actor, string action)
    {
        RedisValue[] own =
        [
            zone, keys.Revision, ChangeTypes.DnssecPut, action, JsonSerializer.Serialize(keys.Keys, CoreJson.Default.IReadOnlyListDnssecKey),
            .. keys.Sealed.SelectMany(s => new RedisValue[] { $"{PrivatePrefix}{s.Key}", s.Value }),
        ];
        return DocumentWriter.Read(await Put.RunAsync(_db, Accept.Keys(RedisKeys.ZoneKeys(zone)), Accept.Arguments(actor, own)));
    }

    /// <summary>Makes another key, which is not kept yet.</summary>
    public DnssecKeys WithNew(string zone, DnssecKeys keys, DnssecKeyKind kind, DnssecKeyState state, DateTimeOffset now)
    {
        while (true)
        {
            using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var parameters = pair.ExportParameters(includePrivateParameters: false);
            byte[] publicKey = [.. parameters.Q.X!, .. parameters.Q.Y!];
            var id = DnssecRecords.TagOf(DnssecRecords.DnsKeyOf(kind, publicKey));
            // Which of two keys of one tag made a signature nobody could tell.
            if (keys.Keys.All(k => k.Id != id))
                return keys.With(
                    new DnssecKey(id, kind, state, publicKey, now, now, null), sealing.Seal(pair.ExportPkcs8PrivateKeyPem(), RedisKeys.ZoneKeys(zone)));
        }
    }

    /// <summary>The key with its private part.</summary>
    /// <exception cref="SealedKeyException">It can't be opened.</exception>
    public ECDsa Open(string zone, DnssecKeys keys, DnssecKey key)
    {
        if (!keys.Sealed.TryGetValue(key.Id, out var text))
            throw new SealedKeyException($"The private part of key {key.Id} is missing at {RedisKeys.ZoneKeys(zone)}.");
        var pair = ECDsa.Create();
        try
        {
            pair.ImportFromPem(sealing.Open(text, RedisKeys.ZoneKeys(zone)));
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }
}
