using System.Diagnostics;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using Cirrus.Core.Zones;
using Cirrus.Dns.Signing;

namespace Cirrus.Dns.Zones;

/// <summary>The one line of serials: the process that leads goes on with it, all others follow it.</summary>
internal sealed class ZoneLine(
    CurrentZone current, Leadership leadership, ZonePublisher publisher, ZoneReplica replica, ZoneSigning signing) : IDisposable
{
    // Until then what is missing may be under way: a change that the other process has read already.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private (ZoneContent Content, ChangeId UpTo)? _built;

    // Whoever begins to lead goes on from the last serial of the one before.
    private bool _leads;
    private long? _strayedAt;

    /// <summary>What the zone is to be.</summary>
    /// <param name="upTo">The newest change that was taken into account.</param>
    public async Task OfferAsync(ZoneContent content, ChangeId upTo)
    {
        await _turn.WaitAsync();
        try
        {
            _built = (content, upTo);
            await GoOnAsync(content, upTo);
            // Whoever makes more of the pieces than the zone says looks at them when the zone is replaced.
            if (!_leads && current.Snapshot is { } served)
                current.Replace(served);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Looks whether there is a newer serial, or one to be given by this process.</summary>
    public async Task LookAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_built is var (content, upTo) && !(_leads && leadership.IsHeld))
                await GoOnAsync(content, upTo);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Has signatures that are due made anew, where this process leads.</summary>
    public async Task SignDueAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_built is not var (content, upTo) || !_leads)
                return;
            signing.LookAtAll();
            await GoOnAsync(content, upTo);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task GoOnAsync(ZoneContent content, ChangeId upTo)
    {
        _leads &= leadership.IsHeld;
        var missing = _leads ? null : await replica.FollowAsync(content);
        if (!leadership.IsHeld)
        {
            StandBy(content, upTo, missing);
            return;
        }
        try
        {
            await publisher.PublishAsync(content, upTo, leadership.Lease);
            _leads = true;
            StandBy(content, upTo, null);
        }
        catch (LeaseLostException)
        {
            leadership.Lose();
            _leads = false;
        }
    }

    // A zone that was built with other options, or by another version, is never that of the process that leads. Clients are answered from it.
    private void StandBy(ZoneContent content, ChangeId upTo, ZoneVersion? missing)
    {
        _strayedAt = missing is null ? null : _strayedAt ?? Stopwatch.GetTimestamp();
        if (_strayedAt is not { } since)
            current.AnswerFrom(null);
        else if (Stopwatch.GetElapsedTime(since) >= Patience && !(current.Own is { } own && ReferenceEquals(own.Content, content) && own.Serial == missing!.Serial))
            current.AnswerFrom(new ZoneSnapshot(content, missing!.Serial, upTo));
    }
}
