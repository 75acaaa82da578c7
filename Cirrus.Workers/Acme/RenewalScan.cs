using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Acme;

/// <summary>
/// Looks through all domains from time to time, and through those that change at once, for certificates that nobody is about to get. What is scheduled
/// is in the queue already; this finds what is not: domains that begin to want one, certificates that were deleted or are for other names.
/// </summary>
internal sealed partial class RenewalScan(
    IConnectionMultiplexer redis, DomainStore domains, CertificateStore certificates, AcmeStatusStore statuses, ChallengeStore challenges, ChangeLog log,
    Authorities authorities, CertificateIssuer issuer, IssuanceMetrics metrics, IOptions<AcmeOptions> options, TimeProvider time, ILogger<RenewalScan> logger) : BackgroundService
{
    private const int Page = 500;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private readonly ILogger _logger = logger;

    // How far changes were seen to: it outlives a failure, so that none is passed over.
    private ChangeId? _position;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(KeepAsync(ScanAtTimesAsync, stoppingToken), KeepAsync(FollowAsync, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Looks through all domains.</summary>
    /// <returns>How many were put into the queue.</returns>
    public async Task<int> ScanAsync(CancellationToken cancellation)
    {
        await MeasureAsync();
        await TidyAsync(cancellation);
        if (!authorities.Any)
            return 0;
        var found = new List<(string Domain, DateTimeOffset Ends)>();
        string? after = "";
        while (after is not null)
        {
            cancellation.ThrowIfCancellationRequested();
            var (page, next) = await domains.ListAsync(after, Page);
            found.AddRange(await MissingAsync([.. page.Where(d => d.Tls?.Certificate == CertificateOrigin.Acme)]));
            after = next;
        }
        var chosen = found.OrderBy(f => f.Ends).ThenBy(f => f.Domain, StringComparer.Ordinal).Take(options.Value.MostPerScan).ToList();
        foreach (var (domain, _) in chosen)
            await statuses.QueueAsync(domain, "", time.GetUtcNow());
        if (chosen.Count > 0)
            LogScanned(chosen.Count, found.Count);
        return chosen.Count;
    }

    // A domain may be deleted while the worker that was at it is dead and its lease is not over: nobody could end its order then.
    private async Task TidyAsync(CancellationToken cancellation)
    {
        var left = (await challenges.ListAsync()).Select(c => c.Domain).Distinct().ToList();
        var existing = await domains.FindAsync(left);
        foreach (var domain in left.Where((_, i) => existing[i] is null))
            await issuer.RunAsync(domain, cancellation);
    }

    // Those that nothing is scheduled for, or only a renewal of what is not there any more.
    private async Task<IEnumerable<(string Domain, DateTimeOffset Ends)>> MissingAsync(IReadOnlyList<CdnDomain> wanting)
    {
        var due = await statuses.DueAsync([.. wanting.Select(d => d.Name)]);
        var stored = await certificates.FindAsync(wanting.Select(d => d.Name));
        var found = new List<(string, DateTimeOffset)>();
        for (var i = 0; i < wanting.Count; i++)
        {
            var (domain, certificate) = (wanting[i], stored[i]?.Summary);
            var missing = CertificateNeed.IsMissing(certificate, CertificateNeed.Names(domain));
            if (due[i] is null || (missing && await statuses.FindAsync(domain.Name) is { Phase: AcmePhase.Issued }))
                found.Add((domain.Name, certificate?.NotAfter ?? DateTimeOffset.MinValue));
        }
        return found;
    }

    private async Task ScanAtTimesAsync(CancellationToken stop)
    {
        var times = ScanTimes.TryParse(options.Value.RenewalScan)!;
        await ScanOnceAsync(time.GetUtcNow(), stop);
        while (true)
        {
            var now = time.GetUtcNow();
            if (times.GetNextOccurrence(now, TimeZoneInfo.Utc) is not { } next)
                return;
            await Task.Delay(next - now, time, stop);
            await ScanOnceAsync(next, stop);
        }
    }

    // Of several workers one scans at each moment: its lease is never given up, and no other asks for it later.
    private async Task ScanOnceAsync(DateTimeOffset at, CancellationToken stop)
    {
        if (await new Lease(redis, $"acme-scan:{at.ToUnixTimeSeconds()}", Remembered).HoldAsync())
            await ScanAsync(stop);
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        _position ??= await log.TailAsync();
        await foreach (var batch in log.FollowAsync(() => _position.Value, stop))
        {
            if (batch.Lost)
            {
                var tail = await log.TailAsync();
                await ScanAsync(stop);
                _position = tail;
                continue;
            }
            foreach (var change in batch.Changes.DistinctBy(c => (c.Type, c.Key)))
                await TryNoteAsync(change, stop);
            _position = batch.Changes[^1].Id;
        }
    }

    private async Task TryNoteAsync(Change change, CancellationToken stop)
    {
        try
        {
            await NoteAsync(change, stop);
        }
        catch (Exception e) when (e is not OperationCanceledException && !e.IsRedisAway())
        {
            // One that can't be seen to does not hold up those after it.
            LogNotNoted(change.Type, change.Key, e);
        }
    }

    private async Task NoteAsync(Change change, CancellationToken stop)
    {
        switch (change.Type)
        {
            case ChangeTypes.DomainDelete:
                // What was under way for it is ended.
                await issuer.RunAsync(change.Key, stop);
                break;
            case ChangeTypes.DomainPut or ChangeTypes.CertificateDelete when authorities.Any:
                if (await domains.FindAsync(change.Key) is { Tls.Certificate: CertificateOrigin.Acme } domain && (await MissingAsync([domain])).Any())
                    await statuses.QueueAsync(domain.Name, "", time.GetUtcNow());
                break;
        }
    }

    private async Task MeasureAsync()
    {
        var now = time.GetUtcNow();
        metrics.EarliestEnd(await certificates.ListAsync(null, 1) is [var first] && await certificates.FindAsync(first.Domain) is { } certificate
            ? (certificate.Summary.NotAfter - now).TotalDays : null);
        foreach (var authority in authorities.All)
            metrics.HeadRoom(authority.Name, await authority.Ledger.HeadRoomAsync(now));
    }

    private async Task KeepAsync(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await work(stop);
                return;
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                LogUnreadable(e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
            await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Queued} domains of {Found} that have nothing scheduled for their certificate are queued")]
    private partial void LogScanned(int queued, int found);

    [LoggerMessage(LogLevel.Warning, "Domains can't be looked through for certificates, trying again: {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(LogLevel.Error, "The change {Type} of {Key} can't be seen to; the next scan looks again")]
    private partial void LogNotNoted(string type, string key, Exception e);

    [LoggerMessage(LogLevel.Error, "The scan for certificates failed and begins anew")]
    private partial void LogFailed(Exception e);
}
