using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Changes;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Cirrus.Dns.Signing;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Zones;

/// <summary>
/// Serves the zone that another process gave its serial: the very records of that serial, or none of it. They come from the zone served
/// before and the journal, or from what this process built itself and the journal, or, of a signed zone, from the names that are kept; the
/// digest tells whether they are the right ones.
/// </summary>
internal sealed partial class ZoneReplica(
    CurrentZone current, ZoneStore store, ZoneSigning signing, IOptions<ZoneOptions> options, IOptions<DnsOptions> dns, ILogger<ZoneReplica> logger)
{
    private readonly ILogger _logger = logger;
    private ZoneJournal _journal = ZoneJournal.Empty;
    private string _position = "";
    private string _sought = "";

    /// <param name="built">What this process would serve, were it to decide.</param>
    /// <returns>The version that can't be served, for nothing known here is that zone; null when what is served is the newest.</returns>
    public async Task<ZoneVersion?> FollowAsync(ZoneContent built)
    {
        if (await ReadAsync() is not { } version)
            return null;
        var served = current.Snapshot;
        if (served is not null && (served.Serial == version.Serial || SerialNumber.IsNewer(served.Serial, version.Serial)))
        {
            if (served.Serial == version.Serial && served.Change < version.Change)
                current.Replace(served.UpTo(version.Change));
            return null;
        }
        var content = Candidates(built, served).FirstOrDefault(c => c.Digest == version.Digest);
        if (content is null && await KeptAsync(built, version) is var (kept, newest))
            (content, version) = (kept, newest);
        if (content is null)
            return version;
        current.Replace(new ZoneSnapshot(content, version.Serial, version.Change, _journal));
        LogFollowing(options.Value.Name, version.Serial, version.Change, content.Count);
        return null;
    }

    private IEnumerable<ZoneContent> Candidates(ZoneContent built, ZoneSnapshot? served)
    {
        yield return built;
        if (served is not null && _journal.Since(served.Serial) is { } since)
            yield return After(served.Content, since);
        // Read at another moment than the other process read it: names that changed about then are in the journal.
        if (_journal.Newest is not null)
            yield return After(built, _journal.All());
    }

    private async Task<ZoneVersion?> ReadAsync()
    {
        var history = await store.ReadAsync(options.Value.Name, _position);
        foreach (var step in history.Steps)
        {
            _journal = _journal.With(ZoneDifference.Of(step), dns.Value.Journal);
            current.Remember(step.To, step.Change);
        }
        _position = history.Position;
        if (_journal.Newest != history.Version?.Serial)
            _journal = ZoneJournal.Empty;
        return history.Version;
    }

    // Looked for once: when they are not those of the serial, they will not be before the next one.
    private async Task<(ZoneContent Content, ZoneVersion Version)?> KeptAsync(ZoneContent built, ZoneVersion version)
    {
        if (_sought == version.Digest)
            return null;
        _sought = version.Digest;
        if (!await store.KeepsNamesAsync(options.Value.Name))
            return null;
        var entries = await store.NamesAsync(options.Value.Name).ToListAsync();
        var names = Many.Select(entries, e => (Owner: (byte[])e.Name!, Records: (NameRecords?)JournalFormat.ReadName((byte[])e.Value!)));
        var empty = built.Empty();
        if (Array.FindIndex(names, n => n.Owner.Length == 0) is var apex and >= 0 && names[apex].Records!.Find(RecordType.Soa) is { } soa)
        {
            empty = built.Empty(soa);
            names[apex].Records = new NameRecords(names[apex].Records!.Sets.Where(s => s.Type != RecordType.Soa));
        }
        var kept = empty.With(names);
        // What is written while they are read is in the journal.
        if (await ReadAsync() is not { } newest)
            return null;
        if (newest.Serial != version.Serial && _journal.Since(version.Serial) is { } since)
            kept = After(kept, since);
        if (kept.Digest == newest.Digest)
            return (kept, newest);
        signing.Reuse(kept);
        return null;
    }

    private static ZoneContent After(ZoneContent content, IEnumerable<NameChange> changes) => content.With([.. changes.Select(c => (c.Owner, c.After))]);

    [LoggerMessage(LogLevel.Information, "Zone {Zone} serial {Serial} of another process carries change {Change}: {Records} records")]
    private partial void LogFollowing(string zone, uint serial, ChangeId change, int records);
}
