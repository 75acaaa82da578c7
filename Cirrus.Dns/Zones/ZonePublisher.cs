using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Cirrus.Dns.Signing;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Zones;

/// <summary>Gives a built zone its serial, keeps that and how it came about in Redis, and only then serves it.</summary>
internal sealed partial class ZonePublisher(
    CurrentZone current, ZoneStore store, ZoneSigning signing, IOptions<ZoneOptions> options, IOptions<DnsOptions> dns, TimeProvider time,
    ILogger<ZonePublisher> logger)
{
    private readonly ILogger _logger = logger;

    /// <param name="change">The newest change that was taken into account.</param>
    /// <param name="under">Published only while this lease is held; null: whoever asks.</param>
    /// <exception cref="LeaseLostException">The lease is another's by now.</exception>
    public async Task PublishAsync(ZoneContent plain, ChangeId change, Lease? under = null)
    {
        while (true)
        {
            var stored = await store.FindAsync(options.Value.Name);
            var served = current.Snapshot;
            if (await signing.TrySignAsync(plain, served?.Content) is not { } content)
                return;
            if (stored is not null && served is null)
                current.Remember(stored.Serial, stored.Change);
            var version = NextVersion(stored, served, content.Digest, change, time.GetUtcNow());
            if (content.IsSigned && IsNew(version, stored, served))
            {
                content = signing.WithSerial(content, version.Serial);
                version = version with { Digest = content.Digest };
            }
            var step = StepTo(content, version, stored, served);
            var kept = version == stored || !content.IsSigned ? null : await KeptAsync(content, version, stored, served);
            // Another process of ours may have written between; its serial is as taken as one of our own.
            if (version == stored || await store.TryPutAsync(options.Value.Name, stored?.Serial, version, step, dns.Value.Journal, under, kept))
            {
                Serve(content, version, step);
                signing.Served();
                return;
            }
        }
    }

    /// <summary>
    /// The same records keep their serial; other records get one newer than every serial ever seen.
    /// A pure function, so that this most delicate rule can be tested alone.
    /// </summary>
    internal static ZoneVersion NextVersion(
        ZoneVersion? stored, ZoneSnapshot? served, string digest, ChangeId change, DateTimeOffset now)
    {
        // Redis may have been replaced by one that knows less: what is served goes on.
        if (served is not null && IsBehind(stored, served))
            stored = new ZoneVersion(served.Serial, served.Change, served.Content.Digest);
        if (stored is null)
            return new ZoneVersion(SerialNumber.Next(0, now), change, digest);
        return stored.Digest == digest
            ? stored with { Change = change }
            : new ZoneVersion(SerialNumber.Next(stored.Serial, now), change, digest);
    }

    private static bool IsBehind(ZoneVersion? stored, ZoneSnapshot served) =>
        stored is null || SerialNumber.IsNewer(served.Serial, stored.Serial);

    private static bool IsNew(ZoneVersion version, ZoneVersion? stored, ZoneSnapshot? served) =>
        version.Serial != stored?.Serial && version.Serial != served?.Serial;

    // What is kept is the zone of the stored serial, unless it is not known to be.
    private async Task<KeptNames> KeptAsync(ZoneContent content, ZoneVersion version, ZoneVersion? stored, ZoneSnapshot? served)
    {
        if (version.Digest == stored?.Digest)
            return new KeptNames([], false);
        var goesOn = served is not null && stored?.Digest == served.Content.Digest && await store.KeepsNamesAsync(options.Value.Name);
        List<(byte[] Owner, NameRecords? Records)> names = goesOn
            ? [.. content.ChangesSince(served!.Content).Select(c => (c.Owner, c.After))]
            : [.. content.Names()];
        return new KeptNames(Many.Select(names, n => KeyValuePair.Create(n.Owner, Written(n.Owner, n.Records))), !goesOn);

        // The zone's own name, which is in each serial's changes, with the SOA record: a process with other options has another.
        byte[] Written(byte[] owner, NameRecords? records) => records is null
            ? []
            : JournalFormat.Write(owner.Length > 0 ? records : new NameRecords([.. records.Sets, content.SoaSetOf(0)]));
    }

    // Null where the serial stays, or the zone of the serial before is not known here. With other SOA timers a secondary is given the whole zone.
    private ZoneStep? StepTo(ZoneContent content, ZoneVersion version, ZoneVersion? stored, ZoneSnapshot? served)
    {
        if (served is null || version.Serial == served.Serial || !content.HasSoaOf(served.Content))
            return null;
        if (!IsBehind(stored, served) && (stored!.Serial, stored.Digest) != (served.Serial, served.Content.Digest))
            return null;
        var changes = content.ChangesSince(served.Content);
        // All signatures made anew may be longer than Redis takes at once; they are with the names that are kept.
        var isLong = (content.IsSigned || served.Content.IsSigned)
            && changes.Sum(c => ZoneContent.LengthOf(c.Owner, c.Before) + ZoneContent.LengthOf(c.Owner, c.After)) > dns.Value.JournalBytes;
        return isLong ? null : new ZoneStep(served.Serial, version.Serial, version.Change, JournalFormat.Write(changes));
    }

    private void Serve(ZoneContent content, ZoneVersion version, ZoneStep? step)
    {
        var served = current.Snapshot;
        if (served is not null && served.Serial == version.Serial && served.Content.Digest == version.Digest)
        {
            current.Replace(served.UpTo(version.Change));
            return;
        }
        var journal = step is null ? ZoneJournal.Empty : served!.Journal.With(ZoneDifference.Of(step), dns.Value.Journal);
        current.Replace(new ZoneSnapshot(content, version.Serial, version.Change, journal));
        LogServing(options.Value.Name, version.Serial, version.Change, content.Count);
    }

    [LoggerMessage(LogLevel.Information, "Zone {Zone} serial {Serial} carries change {Change}: {Records} records")]
    private partial void LogServing(string zone, uint serial, ChangeId change, int records);
}
