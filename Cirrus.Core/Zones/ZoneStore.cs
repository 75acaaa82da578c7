using System.Globalization;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Zones;

/// <summary>
/// Keeps the version of each zone and how it came about, so that a serial goes on across restarts and processes and never stands for two
/// different zones.
/// </summary>
public sealed class ZoneStore(IConnectionMultiplexer redis)
{
    /// <summary>How long a leader that says nothing stays one.</summary>
    public static readonly TimeSpan LeadsFor = TimeSpan.FromSeconds(3);

    private static readonly Script Put = new("put_zone.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>The stored version, or null when the zone never had one.</summary>
    public async Task<ZoneVersion?> FindAsync(string zone) => Version(await _db.HashGetAsync(RedisKeys.Zone(zone), Fields));

    /// <summary>The lease of the one process that gives the zone its serials.</summary>
    public Lease LeaseOf(string zone) => new(redis, $"zone:{zone}", LeadsFor);

    /// <summary>The stored version, and the steps after a position (empty: all) as they were at the same moment.</summary>
    public async Task<ZoneHistory> ReadAsync(string zone, string position)
    {
        var read = _db.CreateTransaction();
        var version = read.HashGetAsync(RedisKeys.Zone(zone), Fields);
        var entries = read.StreamRangeAsync(RedisKeys.ZoneJournal(zone), position.Length == 0 ? "-" : $"({position}", "+");
        await read.ExecuteAsync();
        var steps = await entries;
        return new ZoneHistory(Version(await version), [.. steps.Select(Step)], steps.Length == 0 ? position : (string)steps[^1].Id!);
    }

    /// <summary>Replaces the stored version if it still has the serial the caller saw last (null: there was none).</summary>
    /// <param name="step">From the serial before; null where that is not known: the journal begins anew, unless the serial stays.</param>
    /// <param name="under">Written only while this lease is held; null: whoever asks.</param>
    /// <returns>False when another process wrote first: nothing was written.</returns>
    /// <exception cref="LeaseLostException">The lease is another's by now.</exception>
    public async Task<bool> TryPutAsync(
        string zone, uint? expectedSerial, ZoneVersion version, ZoneStep? step = null, JournalLimits? limits = null, Lease? under = null)
    {
        var journal = step is null ? (version.Serial == expectedSerial ? "keep" : "drop") : step.From == expectedSerial ? "append" : "restart";
        var most = limits ?? JournalLimits.Default;
        RedisValue[] arguments =
        [
            under?.Owner ?? "", RedisKeys.ZoneBell, expectedSerial is { } serial ? Text(serial) : RedisValue.EmptyString, Text(version.Serial),
            version.Change.ToString(), version.Digest, journal, Text(step?.From ?? 0), step?.Differences ?? [], most.Steps, most.Bytes,
        ];
        RedisKey[] keys = [RedisKeys.Zone(zone), RedisKeys.ZoneJournal(zone), under?.Key ?? RedisKeys.Zone(zone)];
        var reply = await Put.RunAsync(_db, keys, arguments);
        return (string?)reply[0] switch
        {
            "ok" => true,
            "lost" => throw new LeaseLostException(),
            _ => false,
        };
    }

    private static RedisValue[] Fields => ["serial", "change", "digest"];

    private static string Text(uint serial) => serial.ToString(CultureInfo.InvariantCulture);

    private static ZoneStep Step(StreamEntry entry) => new(
        Serial(entry["from"]), Serial(entry["to"]), ChangeId.Parse((string)entry["change"]!), (byte[])entry["differences"]!);

    private static uint Serial(RedisValue value) => uint.Parse((string)value!, NumberStyles.None, CultureInfo.InvariantCulture);

    private static ZoneVersion? Version(RedisValue[] fields) =>
        uint.TryParse((string?)fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ZoneVersion(number, ChangeId.TryParse((string?)fields[1], out var id) ? id : ChangeId.Zero, (string?)fields[2] ?? "")
            : null;
}

/// <summary>How much of the past a zone's journal holds.</summary>
/// <param name="Bytes">Of the differences.</param>
public sealed record JournalLimits(int Steps, long Bytes)
{
    public static readonly JournalLimits Default = new(4096, 16 << 20);
}
