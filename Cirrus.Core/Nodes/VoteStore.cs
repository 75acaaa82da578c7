using System.Text.Json;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Nodes;

/// <summary>What each living worker sees of the nodes. A worker's votes are there for as long as it goes on casting them.</summary>
public sealed class VoteStore(IConnectionMultiplexer redis)
{
    // No node has this name.
    private const string Version = "#";

    private static readonly Script Cast = new("put_fields.lua", "cast_votes.lua");

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Casts votes and prolongs those cast before; a null vote is taken back.</summary>
    /// <param name="version">Another one with each call.</param>
    /// <param name="all">There are no others: what was cast before is gone.</param>
    /// <returns>False when what was cast before has run out: nothing was cast, all must be.</returns>
    public async Task<bool> CastAsync(
        string worker, long version, IReadOnlyList<KeyValuePair<string, Vote?>> votes, bool all, TimeSpan timeToLive)
    {
        RedisValue[] arguments =
        [
            worker, (long)timeToLive.TotalMilliseconds, version, RedisKeys.VotesBell, all ? "all" : "changed",
            .. votes.SelectMany(v => new RedisValue[] { v.Key, v.Value is { } vote ? JsonSerializer.Serialize(vote, CoreJson.Default.Vote) : "" }),
        ];
        var reply = await Cast.RunAsync(_db, [RedisKeys.Voters, RedisKeys.Votes(worker)], arguments);
        return (string?)reply[0] == "ok";
    }

    /// <summary>Takes a worker's votes back, so that nobody waits until they run out.</summary>
    public async Task WithdrawAsync(string worker)
    {
        var change = _db.CreateTransaction();
        _ = change.SetRemoveAsync(RedisKeys.Voters, worker);
        _ = change.KeyDeleteAsync(RedisKeys.Votes(worker));
        _ = change.PublishAsync(RedisChannel.Literal(RedisKeys.VotesBell), worker);
        await change.ExecuteAsync();
    }

    /// <summary>The living workers with their votes, in order of name; what has not changed since the last call is taken from there.</summary>
    public async Task<IReadOnlyList<Voter>> ReadAsync(IReadOnlyList<Voter> before)
    {
        var known = before.ToDictionary(v => v.Worker);
        var workers = (await _db.SetMembersAsync(RedisKeys.Voters)).Select(w => (string)w!).Order(StringComparer.Ordinal);
        var voters = await Task.WhenAll(workers.Select(w => ReadAsync(w, known.GetValueOrDefault(w))));
        return [.. voters.OfType<Voter>()];
    }

    /// <summary>What each living worker sees of one node; null: nothing yet.</summary>
    public async Task<IReadOnlyList<(string Worker, Vote? Vote)>> FindAsync(string node)
    {
        var workers = await _db.SetMembersAsync(RedisKeys.Voters);
        var found = await Task.WhenAll(workers.Select(async w => (Worker: (string)w!,
            Values: await _db.HashGetAsync(RedisKeys.Votes(w!), [Version, node]))));
        return [.. from f in found where !f.Values[0].IsNull orderby f.Worker select (f.Worker, f.Values[1].IsNull ? null : Parse(f.Values[1]))];
    }

    private async Task<Voter?> ReadAsync(string worker, Voter? known)
    {
        var version = (string?)await _db.HashGetAsync(RedisKeys.Votes(worker), Version);
        if (version is null)
        {
            // One that only seemed gone adds itself again with its next votes.
            await _db.SetRemoveAsync(RedisKeys.Voters, worker, CommandFlags.FireAndForget);
            return null;
        }
        if (known?.Version == version)
            return known;
        var all = await _db.HashGetAllAsync(RedisKeys.Votes(worker));
        var read = all.FirstOrDefault(e => e.Name == Version).Value;
        return read.IsNull ? null : new Voter(worker, read!, all.Where(e => e.Name != Version).ToDictionary(e => (string)e.Name!, e => Parse(e.Value)));
    }

    private static Vote Parse(RedisValue json) => JsonSerializer.Deserialize((string)json!, CoreJson.Default.Vote)!;
}
