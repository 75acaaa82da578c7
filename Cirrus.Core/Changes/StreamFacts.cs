using StackExchange.Redis;

namespace Cirrus.Core.Changes;

/// <summary>What Redis knows of a stream besides its entries.</summary>
/// <param name="Tail">The id of the newest entry ever, <see cref="ChangeId.Zero"/> when there was none.</param>
/// <param name="Trimmed">Entries have been removed.</param>
internal readonly record struct StreamFacts(ChangeId Tail, bool Trimmed)
{
    public static async Task<StreamFacts> ReadAsync(IDatabase db, string key)
    {
        if (!await db.KeyExistsAsync(key))
            return default;
        // Raw, for StreamInfo knows neither entries-added nor an exact last-generated-id of a stream without entries.
        var reply = (RedisResult[])(await db.ExecuteAsync("XINFO", "STREAM", key))!;
        var info = new Dictionary<string, RedisResult>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < reply.Length; i += 2)
            info[(string)reply[i]!] = reply[i + 1];
        return new StreamFacts(ChangeId.Parse((string)info["last-generated-id"]!), (long)info["entries-added"] > (long)info["length"]);
    }
}
