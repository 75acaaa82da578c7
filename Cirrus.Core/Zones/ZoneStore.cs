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

    // So many names are written by one script: it holds up Redis for some milliseconds.
    private const int NamesAtOnce = 1000;

    private static readonly Script Put = new("put_fields.lua", "put_zone.lua");
    private static readonly Script Keep = new("put_fields.lua", "keep_names.lua");
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
    /// <param name="kept">Of a signed zone; null: no names are kept.</param>
    /// <returns>False when another process wrote first: nothing was written.</returns>
    /// <exception cref="LeaseLostException">The lease is another's by now.</exception>
    public async Task<bool> TryPutAsync(
        string zone, uint? expectedSerial, ZoneVersion version, ZoneStep? step = null, JournalLimits? limits = null, Lease? under = null,
        KeptNames? kept = null)
    {
        kept = kept is null ? null : await KeepAsync(zone, kept, under);
        var journal = step is null ? (version.Serial == expectedSerial ? "keep" : "drop") : step.From == expectedSerial ? "append" : "restart";
        var most = limits ?? JournalLimits.Default;
        RedisValue[] arguments =
        [
            under?.Owner ?? "", RedisKeys.ZoneBell, expectedSerial is { } serial ? Text(serial) : RedisValue.EmptyString, Text(version.Serial),
            version.Change.ToString(), version.Digest, journal, Text(step?.From ?? 0), step?.Differences ?? [], most.Steps, most.Bytes,
            kept switch { null => "none", { Whole: true } => "whole", { Names.Count: 0 } => "keep", _ => "some" }, .. Pairs(kept?.Names ?? []),
        ];
        RedisKey[] keys = [RedisKeys.Zone(zone), RedisKeys.ZoneJournal(zone), under?.Key ?? RedisKeys.Zone(zone), RedisKeys.ZoneNames(zone)];
        var reply = await Put.RunAsync(_db, keys, arguments);
        return (string?)reply[0] switch
        {
            "ok" => true,
            "lost" => throw new LeaseLostException(),
            _ => false,
        };
    }

    /// <summary>Whether the names of a signed zone are kept, all of them and none of another serial.</summary>
    public async Task<bool> KeepsNamesAsync(string zone) => await _db.HashGetAsync(RedisKeys.Zone(zone), "names") == "whole";

    /// <summary>Whether the zone is signed.</summary>
    public Task<bool> IsSignedAsync(string zone) => _db.HashExistsAsync(RedisKeys.Zone(zone), "names");

    /// <summary>The names that are kept; those that are written meanwhile may be missing or not.</summary>
    public IAsyncEnumerable<HashEntry> NamesAsync(string zone) => _db.HashScanAsync(RedisKeys.ZoneNames(zone), pageSize: NamesAtOnce);

    // All but the last ones, which go with the version. Should that not be written, they are known to be incomplete.
    private async Task<KeptNames> KeepAsync(string zone, KeptNames kept, Lease? under)
    {
        RedisKey[] keys = [RedisKeys.Zone(zone), RedisKeys.ZoneNames(zone), under?.Key ?? RedisKeys.Zone(zone)];
        var (names, whole) = (kept.Names, kept.Whole);
        for (var at = 0; ; at += NamesAtOnce)
        {
            if (names.Count - at <= NamesAtOnce)
                return new KeptNames([.. names.Skip(at)], whole);
            RedisValue[] arguments = [under?.Owner ?? "", whole ? "1" : "", .. Pairs(names.Skip(at).Take(NamesAtOnce))];
            if ((string?)(await Keep.RunAsync(_db, keys, arguments))[0] == "lost")
                throw new LeaseLostException();
            whole = false;
        }
    }

    private static IEnumerable<RedisValue> Pairs(IEnumerable<KeyValuePair<byte[], byte[]>> names) =>
        names.SelectMany(n => new RedisValue[] { n.Key, n.Value });

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
