using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Domains;

/// <summary>Reads and writes domains. Names are normalised by the caller (<see cref="HostName"/>).</summary>
public sealed class DomainStore(IConnectionMultiplexer redis)
{
    // So many names are looked at for one page, however few of them are shown.
    private const int MostLookedAt = 10_000;
    private const int Look = 1000;

    // Sorts after every character of a name.
    private const char AfterAll = '\u007f';

    private static readonly Script Delete = new(Accept.File, "former.lua", "release_certificate.lua", "delete_document.lua");

    private readonly IDatabase _db = redis.GetDatabase();
    private readonly DocumentWriter _writer = new(redis.GetDatabase());

    public async Task<CdnDomain?> FindAsync(string name) => Parse(await _db.StringGetAsync(RedisKeys.Domain(name)));

    /// <summary>The domains of these names, in their order; null where there is none.</summary>
    public async Task<CdnDomain?[]> FindAsync(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? [] : Array.ConvertAll(await _db.StringGetAsync([.. names.Select(n => (RedisKey)RedisKeys.Domain(n))]), Parse);

    /// <summary>What decides where the domains of these names are led, in their order; not there where there is no such domain.</summary>
    public async Task<(bool Exists, DomainTls? Tls, DomainSteering? Steering)[]> FindLedAsync(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? [] : Array.ConvertAll(await _db.StringGetAsync([.. names.Select(n => (RedisKey)RedisKeys.Domain(n))]), ParseLed);

    public Task<long> CountAsync() => _db.SortedSetLengthAsync(RedisKeys.Domains);

    /// <summary>Names in order that begin with a prefix, from the first after <paramref name="after"/> (empty: from the start).</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(string after, int limit, string prefix = "")
    {
        var fromPrefix = string.CompareOrdinal(after, prefix) < 0;
        var start = fromPrefix ? prefix : after;
        var names = await _db.SortedSetRangeByValueAsync(
            RedisKeys.Domains, start.Length == 0 ? RedisValue.Null : start, prefix.Length == 0 ? RedisValue.Null : prefix + AfterAll,
            fromPrefix ? Exclude.None : Exclude.Start, Order.Ascending, 0, limit);
        return Array.ConvertAll(names, n => (string)n!);
    }

    /// <summary>A page of domains in order of name, from the first after <paramref name="after"/>.</summary>
    /// <param name="shown">Which names are shown; null: all. A page for which many are passed over may be short, even empty, and yet not the last.
    /// </param>
    /// <returns>Next: where the next page begins after; null when this is the last.</returns>
    public async Task<(IReadOnlyList<CdnDomain> Items, string? Next)> ListAsync(
        string after, int limit, string prefix = "", Func<string, bool>? shown = null)
    {
        var (names, next) = await PageAsync(after, limit, prefix, shown);
        // A name deleted between the two reads has no document any more, but what comes after it has.
        return ([.. (await FindAsync(names)).OfType<CdnDomain>()], next);
    }

    /// <summary>What it is and was; of a deleted domain for 30 days.</summary>
    public async Task<DomainHistory> HistoryAsync(string name)
    {
        // Read in one step, so that a write in between neither hides a revision nor shows it twice.
        var read = _db.CreateTransaction();
        var current = read.StringGetAsync(RedisKeys.Domain(name));
        var earlier = read.ListRangeAsync(RedisKeys.DomainHistory(name));
        await read.ExecuteAsync();
        return new DomainHistory(Parse(await current), [.. (await earlier).Select(Parse).OfType<CdnDomain>()]);
    }

    /// <summary>Writes a domain whose <see cref="CdnDomain.Revision"/> is one more than the stored one; 1 creates it.</summary>
    /// <param name="action">What the audit trail calls it; null: as the change.</param>
    public Task<WriteResult> PutAsync(CdnDomain domain, Actor actor, string? action = null) => _writer.PutAsync(
        Keys(domain.Name), JsonSerializer.SerializeToUtf8Bytes(domain, CoreJson.Default.CdnDomain),
        domain.Revision - 1, domain.Revision, ChangeTypes.DomainPut, actor, action);

    /// <summary>Writes a domain whatever is there: in one step, so no other writer can come between.</summary>
    /// <param name="domain">As a new one: of <see cref="CdnDomain.Revision"/> 1 and created now.</param>
    /// <returns>The domain as it now is.</returns>
    public async Task<(CdnDomain Domain, ChangeId Change)> PutOverAsync(CdnDomain domain, Actor actor)
    {
        var (change, revision, created) = await _writer.PutOverAsync(
            Keys(domain.Name), JsonSerializer.SerializeToUtf8Bytes(domain, CoreJson.Default.CdnDomain), ChangeTypes.DomainPut, actor);
        return (domain with { Revision = revision, CreatedAt = created ?? domain.CreatedAt }, change);
    }

    /// <summary>Deletes a domain, its certificate and what was under way for one.</summary>
    public async Task<WriteResult> DeleteAsync(string name, Actor actor, int? expectedRevision = null) => DocumentWriter.Read(await Delete.RunAsync(
        _db,
        Accept.Keys(
            RedisKeys.Domain(name), RedisKeys.DomainHistory(name), RedisKeys.Domains, RedisKeys.Epochs(name),
            RedisKeys.Certificate(name), RedisKeys.AcmeStatus(name), RedisKeys.AcmeCertificateKey(name), RedisKeys.Certificates, RedisKeys.AcmeDue,
            RedisKeys.FormerCertificate(name)),
        Accept.Arguments(actor, name, expectedRevision is { } revision ? revision : RedisValue.EmptyString, ChangeTypes.DomainDelete)));

    private async Task<(IReadOnlyList<string> Names, string? Next)> PageAsync(string after, int limit, string prefix, Func<string, bool>? shown)
    {
        var page = new List<string>();
        // One more than asked for tells whether there is a next page.
        var look = shown is null ? limit + 1 : Math.Max(Look, limit + 1);
        for (var looked = 0; looked < MostLookedAt; looked += look)
        {
            var names = await NamesAsync(after, look, prefix);
            foreach (var name in names.Where(n => shown is null || shown(n)))
            {
                if (page.Count == limit)
                    return (page, page[^1]);
                page.Add(name);
            }
            if (names.Count < look)
                return (page, null);
            after = names[^1];
        }
        return (page, after);
    }

    private static DocumentKeys Keys(string name) => new(
        name, RedisKeys.Domain(name), RedisKeys.DomainHistory(name), RedisKeys.Domains, [RedisKeys.Epochs(name)]);

    // As the octets are, of which nearly all are passed over.
    private static (bool Exists, DomainTls? Tls, DomainSteering? Steering) ParseLed(RedisValue json)
    {
        if (json.IsNull)
            return default;
        var led = JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)json).Span, CoreJson.Default.LedDomain)!;
        return (true, led.Tls, led.Steering);
    }

    private static CdnDomain? Parse(RedisValue json) =>
        json.IsNull ? null : JsonSerializer.Deserialize((string)json!, CoreJson.Default.CdnDomain);
}
