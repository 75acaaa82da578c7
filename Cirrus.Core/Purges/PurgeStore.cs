using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Purges;

/// <summary>Accepts purges and keeps a record of each.</summary>
public sealed class PurgeStore(IConnectionMultiplexer redis)
{
    /// <summary>How long a record is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const string Soft = "soft";

    private static readonly Script Add = new(Accept.File, "purge.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Accepts a purge; <see cref="WriteOutcome.Missing"/> when the domain does not exist.</summary>
    public async Task<WriteResult> AddAsync(Purge purge, Actor actor, DateTimeOffset at)
    {
        var (changes, _) = await AddAsync([purge], actor, at);
        return changes is [var change] ? new WriteResult(WriteOutcome.Accepted, change) : new WriteResult(WriteOutcome.Missing, default);
    }

    /// <summary>Accepts purges of different domains, all or none; each is a change of its own.</summary>
    /// <returns>The change of each, in the same order; or none and the domain that does not exist.</returns>
    public async Task<(IReadOnlyList<ChangeId> Changes, string? Missing)> AddAsync(IReadOnlyList<Purge> purges, Actor actor, DateTimeOffset at)
    {
        RedisKey[] keys = [RedisKeys.Purges, .. purges.SelectMany(p => new RedisKey[] { RedisKeys.Domain(p.Domain), RedisKeys.Epochs(p.Domain), RedisKeys.EpochsSize(p.Domain) })];
        RedisValue[] arguments =
        [
            at.ToUnixTimeMilliseconds(), RedisKeys.PurgePrefix, (long)Kept.TotalSeconds,
            .. purges.SelectMany(p => new RedisValue[]
            {
                p.Domain, Word(p.Kind), p.Soft ? Soft : "", JsonSerializer.Serialize(p.Values, CoreJson.Default.IReadOnlyListString),
            }),
        ];
        var reply = await Add.RunAsync(_db, Accept.Keys(keys), Accept.Arguments(actor, arguments));
        return (string?)reply[0] == "ok"
            ? ([.. reply.Skip(1).Select(r => ChangeId.Parse((string)r!))], null)
            : ([], (string)reply[1]!);
    }

    /// <summary>A purge, or null when there was none of that id, or it is no longer kept.</summary>
    public async Task<PurgeRecord?> FindAsync(ChangeId id)
    {
        var fields = (await _db.HashGetAllAsync(RedisKeys.Purge(id.ToString()))).ToDictionary(e => (string)e.Name!, e => e.Value);
        if (fields.Count == 0)
            return null;
        var values = JsonSerializer.Deserialize((string)fields["values"]!, CoreJson.Default.IReadOnlyListString)!;
        var at = DateTimeOffset.FromUnixTimeMilliseconds((long)fields["at"]);
        return new PurgeRecord(id, new Purge((string)fields["domain"]!, Kind(fields["kind"]), values, IsSoft(fields.GetValueOrDefault("soft"))), at, fields.GetValueOrDefault("actor").ToString());
    }

    /// <summary>Purges that are still kept, newest first.</summary>
    /// <param name="before">Only older ones than this; null: from the newest on.</param>
    /// <param name="since">Only this one and newer ones.</param>
    /// <param name="count">At most so many.</param>
    public async Task<IReadOnlyList<PurgeLine>> ListAsync(ChangeId? before, DateTimeOffset since, int count)
    {
        RedisValue end = before is { } id ? $"({id}" : "+";
        var entries = await _db.StreamRangeAsync(RedisKeys.Purges, since.ToUnixTimeMilliseconds(), end, count, Order.Descending);
        return Array.ConvertAll(entries, e => new PurgeLine(
            ChangeId.Parse(e.Id!), (string)e["domain"]!, Kind(e["kind"]), IsSoft(e["soft"]), (int)e["count"], (string)e["actor"]!));
    }

    private static bool IsSoft(RedisValue word) => word == Soft;

    private static string Word(PurgeKind kind) => kind switch
    {
        PurgeKind.Everything => "everything",
        PurgeKind.Prefix => "prefix",
        PurgeKind.Url => "url",
        PurgeKind.Tag => "tag",
        PurgeKind.Host => "host",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static PurgeKind Kind(RedisValue word) => Enum.GetValues<PurgeKind>().First(k => Word(k) == (string?)word);
}
