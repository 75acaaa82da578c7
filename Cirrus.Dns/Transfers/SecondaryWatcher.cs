using System.Net;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Transfers;

/// <summary>
/// Watches one secondary: tells it of a new serial until it serves it, and reports which serial it serves. It is asked quickly while it is
/// behind, and now and then when it is not.
/// </summary>
internal sealed class SecondaryWatcher(
    SecondaryOptions secondary, CurrentZone zone, SecondaryAddresses addresses, SecondaryClient client,
    SecondaryReport report, Leadership leadership, DnsOptions options, TimeProvider time)
{
    private uint? _target;
    // Timestamps rather than times of day: a clock that is set back must not put anything off.
    private long _asked;
    private long _notified;
    private TimeSpan _askIn;
    private TimeSpan _notifyIn;
    private TimeSpan _askAgain;
    private TimeSpan _notifyAgain;

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // One process tells and asks; the others are asked by the secondaries like any primary.
            await leadership.Taken.WaitAsync(cancellation);
            var replaced = zone.Replaced;
            if (zone.Snapshot is not { } snapshot)
            {
                await replaced.WaitAsync(cancellation);
                continue;
            }

            if (_target != snapshot.Serial)
                Aim(snapshot.Serial);
            await TurnAsync(snapshot, cancellation);

            // A change that left the zone as it was wakes us too: it is reported, and nobody is asked before the time.
            if (Rest(_asked, _askIn) is var rest && rest > TimeSpan.Zero)
                await Task.WhenAny(replaced, Task.Delay(rest, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private void Aim(uint serial)
    {
        _target = serial;
        _askIn = _notifyIn = TimeSpan.Zero;
        _askAgain = options.PollAfterChange;
        _notifyAgain = options.NotifyRetry;
    }

    private async Task TurnAsync(ZoneSnapshot snapshot, CancellationToken cancellation)
    {
        var endpoint = (await addresses.OfAsync(secondary)).Select(a => new IPEndPoint(a, secondary.Port)).FirstOrDefault();
        if (report.Serving != snapshot.Serial && Rest(_notified, _notifyIn) <= TimeSpan.Zero && endpoint is not null)
        {
            await client.NotifyAsync(endpoint, secondary.TsigKey, snapshot.Origin, cancellation);
            _notified = time.GetTimestamp();
            _notifyIn = _notifyAgain;
            _notifyAgain = Double(_notifyAgain, options.NotifyRetryMax);
        }
        if (Rest(_asked, _askIn) <= TimeSpan.Zero)
        {
            var serial = endpoint is null ? null : await client.AskSerialAsync(endpoint, secondary.TsigKey, snapshot.Origin, cancellation);
            report.Saw(endpoint, serial);
            _asked = time.GetTimestamp();
            _askIn = serial == snapshot.Serial ? options.PollInterval : _askAgain;
            _askAgain = Double(_askAgain, options.PollInterval);
        }
        await report.WriteAsync();
    }

    private TimeSpan Rest(long since, TimeSpan span) => span - time.GetElapsedTime(since);

    private static TimeSpan Double(TimeSpan span, TimeSpan limit) => span * 2 < limit ? span * 2 : limit;
}
