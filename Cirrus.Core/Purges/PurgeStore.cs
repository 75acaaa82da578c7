using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Purges;

/// <summary>Accepts purges.</summary>
public sealed class PurgeStore(IConnectionMultiplexer redis)
{
    private static readonly Script Add = new(Accept.File, "purge.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Accepts a purge; <see cref="WriteOutcome.Missing"/> when the domain does not exist.</summary>
    public async Task<WriteResult> AddAsync(Purge purge, Actor actor, DateTimeOffset at)
    {
        RedisKey[] keys = Accept.Keys(RedisKeys.Domain(purge.Domain), RedisKeys.Epochs(purge.Domain));
        RedisValue[] arguments = Accept.Arguments(
            actor, purge.Domain, Word(purge.Kind), JsonSerializer.Serialize(purge.Values, CoreJson.Default.IReadOnlyListString),
            at.ToUnixTimeMilliseconds(), RedisKeys.PurgePrefix);
        return DocumentWriter.Read(await Add.RunAsync(_db, keys, arguments));
    }

    private static string Word(PurgeKind kind) => kind switch
    {
        PurgeKind.Everything => "everything",
        PurgeKind.Prefix => "prefix",
        PurgeKind.Url => "url",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
