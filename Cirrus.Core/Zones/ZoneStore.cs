using System.Globalization;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Zones;

/// <summary>Keeps the version of each zone, so that a serial goes on across restarts and never stands for two different zones.</summary>
public sealed class ZoneStore(IConnectionMultiplexer redis)
{
    private static readonly Script Put = new("put_zone.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>The stored version, or null when the zone never had one.</summary>
    public async Task<ZoneVersion?> FindAsync(string zone)
    {
        var fields = await _db.HashGetAsync(RedisKeys.Zone(zone), ["serial", "change", "digest"]);
        return Read((string?)fields[0] ?? "", (string?)fields[1] ?? "", (string?)fields[2] ?? "");
    }

    /// <summary>Replaces the stored version if it still has the serial the caller saw last (null: there was none).</summary>
    /// <returns>False when another process wrote first: nothing was written.</returns>
    public async Task<bool> TryPutAsync(string zone, uint? expectedSerial, ZoneVersion version)
    {
        RedisValue[] arguments =
        [
            expectedSerial is { } serial ? Text(serial) : RedisValue.EmptyString, Text(version.Serial), version.Change.ToString(), version.Digest,
        ];
        var reply = await Put.RunAsync(_db, [RedisKeys.Zone(zone)], arguments);
        return (string?)reply[0] == "ok";
    }

    private static string Text(uint serial) => serial.ToString(CultureInfo.InvariantCulture);

    private static ZoneVersion? Read(string serial, string change, string digest) =>
        uint.TryParse(serial, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ZoneVersion(number, ChangeId.TryParse(change, out var id) ? id : ChangeId.Zero, digest)
            : null;
}
