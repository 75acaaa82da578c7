using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>TXT values that must be there for an authority to find (RFC 8555 section 8.4).</summary>
/// <param name="Name">The identifier without <c>*.</c>: its record is at <c>_acme-challenge.{access name of it}</c>.</param>
/// <param name="Domain">For whose certificate.</param>
public sealed record Challenge(string Name, string Domain, IReadOnlyList<string> Values);

/// <summary>Keeps the challenges of all orders under way; each write is a change, so that DNS serves it and its receipt can be waited for.</summary>
public sealed class ChallengeStore(IConnectionMultiplexer redis)
{
    private static readonly Script Put = new(Accept.File, "put_challenges.lua");

    // What the workers do on their own is a change, and no decision of anybody's for the audit trail.
    private static readonly Actor Worker = new("acme");

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>All challenges there are.</summary>
    public async Task<IReadOnlyList<Challenge>> ListAsync() =>
        [.. (await _db.HashGetAllAsync(RedisKeys.AcmeChallenges)).Select(e => Parse(e.Name!, e.Value!))];

    /// <summary>Puts the values for a domain's certificate in place of all there were for it; none removes them.</summary>
    /// <param name="values">By identifier, without <c>*.</c>.</param>
    /// <returns>The change; null when nothing had to be changed.</returns>
    public async Task<ChangeId?> PutAsync(string domain, IReadOnlyDictionary<string, IReadOnlyList<string>> values)
    {
        RedisValue[] pairs = [.. values.SelectMany(v => new RedisValue[]
        {
            $"{v.Key} {domain}", JsonSerializer.Serialize(v.Value, CoreJson.Default.IReadOnlyListString),
        })];
        var reply = await Put.RunAsync(
            _db, Accept.Keys(RedisKeys.AcmeChallenges), Accept.Arguments(Worker, [domain, ChangeTypes.AcmeChallenge, .. pairs]));
        return (string?)reply[0] == "ok" ? ChangeId.Parse((string)reply[1]!) : null;
    }

    private static Challenge Parse(string field, string json) =>
        field.Split(' ') is [var name, var domain]
            ? new Challenge(name, domain, JsonSerializer.Deserialize(json, CoreJson.Default.IReadOnlyListString)!)
            : throw new InvalidOperationException($"A challenge has the field '{field}'.");
}
