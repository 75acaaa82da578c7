using System.Text.Json;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Secondaries;

/// <summary>The secondaries, written by Dns and shown by the API.</summary>
public sealed class SecondaryStore(IConnectionMultiplexer redis)
{
    private readonly IDatabase _db = redis.GetDatabase();

    public Task PutAsync(Secondary secondary) => _db.HashSetAsync(
        RedisKeys.Secondaries, secondary.Name, JsonSerializer.Serialize(secondary, CoreJson.Default.Secondary));

    /// <summary>Forgets those that are no longer configured.</summary>
    public async Task KeepOnlyAsync(IReadOnlySet<string> names)
    {
        foreach (var name in await _db.HashKeysAsync(RedisKeys.Secondaries))
        {
            if (!names.Contains(name!))
                await _db.HashDeleteAsync(RedisKeys.Secondaries, name);
        }
    }

    /// <summary>All secondaries in order of name.</summary>
    public async Task<IReadOnlyList<Secondary>> ListAsync()
    {
        var all = await _db.HashGetAllAsync(RedisKeys.Secondaries);
        return
        [
            .. all.Select(e => JsonSerializer.Deserialize((string)e.Value!, CoreJson.Default.Secondary)!)
                .OrderBy(s => s.Name, StringComparer.Ordinal),
        ];
    }
}
