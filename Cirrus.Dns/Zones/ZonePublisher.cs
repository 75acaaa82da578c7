using Cirrus.Core.Changes;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Zones;

/// <summary>Gives a built zone its serial, keeps that in Redis, and only then serves it.</summary>
internal sealed partial class ZonePublisher(
    CurrentZone current, ZoneStore store, IOptions<ZoneOptions> options, TimeProvider time, ILogger<ZonePublisher> logger)
{
    private readonly ILogger _logger = logger;

    /// <param name="change">The newest change that was taken into account.</param>
    public async Task PublishAsync(ZoneContent content, ChangeId change)
    {
        while (true)
        {
            var stored = await store.FindAsync(options.Value.Name);
            if (stored is not null && current.Snapshot is null)
                current.Remember(stored.Serial, stored.Change);
            var version = NextVersion(stored, current.Snapshot, content.Digest, change, time.GetUtcNow());
            // Another process of ours may have written between; its serial is as taken as one of our own.
            if (version == stored || await store.TryPutAsync(options.Value.Name, stored?.Serial, version))
            {
                Serve(content, version);
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
        if (served is not null && (stored is null || SerialNumber.IsNewer(served.Serial, stored.Serial)))
            stored = new ZoneVersion(served.Serial, served.Change, served.Content.Digest);
        if (stored is null)
            return new ZoneVersion(SerialNumber.Next(0, now), change, digest);
        return stored.Digest == digest
            ? stored with { Change = change }
            : new ZoneVersion(SerialNumber.Next(stored.Serial, now), change, digest);
    }

    private void Serve(ZoneContent content, ZoneVersion version)
    {
        var served = current.Snapshot;
        if (served is not null && served.Serial == version.Serial && served.Content.Digest == version.Digest)
        {
            current.Replace(served.UpTo(version.Change));
            return;
        }
        current.Replace(new ZoneSnapshot(content, version.Serial, version.Change));
        LogServing(options.Value.Name, version.Serial, version.Change, content.Records.Count);
    }

    [LoggerMessage(LogLevel.Information, "Zone {Zone} serial {Serial} carries change {Change}: {Records} records")]
    private partial void LogServing(string zone, uint serial, ChangeId change, int records);
}
