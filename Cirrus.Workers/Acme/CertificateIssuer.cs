using System.Globalization;
using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;
using Cirrus.Core.Redis;

namespace Cirrus.Workers.Acme;

/// <summary>Does what is due for the certificate of one domain, under its lease. A worker that dies at any point leaves what another needs to go on.</summary>
internal sealed partial class CertificateIssuer(
    Authorities authorities, CnameCheck cnames, OrderDesk desk, OrderProof proof, CertificateInstall install, OrderEnd end, RenewalTimes renewals,
    IssuanceStores stores, IssuanceMetrics metrics, ILogger<CertificateIssuer> logger)
{
    private const int MostOrders = 3;
    private readonly ILogger _logger = logger;

    /// <summary>Does what is due for a domain.</summary>
    /// <returns>False: another worker is at it.</returns>
    public async Task<bool> RunAsync(string domain, CancellationToken stop)
    {
        var ttl = stores.Options.Lease;
        await using var hold = await LeaseHold.TakeAsync(
            stores.Tasks.Lease(domain, ttl), ttl, () => stores.Statuses.PostponeAsync(domain, stores.Time.GetUtcNow() + ttl), stores.Time, stop);
        if (hold is null)
            return false;
        try
        {
            await WorkAsync(domain, hold);
        }
        catch (LeaseLostException)
        {
            LogLost(domain);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Another worker goes on at once.
            await stores.Statuses.PostponeAsync(domain, stores.Time.GetUtcNow());
            throw;
        }
        catch (OperationCanceledException) when (hold.Token.IsCancellationRequested)
        {
            LogLost(domain);
        }
        return true;
    }

    private async Task WorkAsync(string domain, LeaseHold hold)
    {
        // Only now: whoever held the lease before may have done it.
        var document = await stores.Domains.FindAsync(domain);
        var task = await stores.Tasks.FindAsync(domain);
        if (document?.Tls?.Certificate != CertificateOrigin.Acme)
        {
            await EndUnwantedAsync(domain, task, hold, document is null ? "the domain was deleted" : "the domain asks for no certificate by ACME");
            return;
        }
        var now = stores.Time.GetUtcNow();
        var known = await stores.Statuses.FindAsync(domain);
        var status = known ?? new AcmeStatus(AcmePhase.Queued, "", now, "", "", "", 0, null, "", "");
        var stored = await stores.Certificates.FindAsync(domain);
        var attempt = new Attempt(document, status, stored, hold, stores);
        if (!authorities.Any)
        {
            await WriteAsync(attempt, Failed(attempt, "No authority is configured, so nothing can be ordered: set Acme:Authorities:0:Name and :Directory.") with
            {
                Next = null,
            });
            return;
        }
        if (task is null && !CertificateNeed.IsRequested(status) && !CertificateNeed.IsMissing(stored?.Summary, attempt.Names))
        {
            var plan = await renewals.PlanAsync(domain, stored!.Summary, hold.Token);
            if (!plan.IsDue(now))
            {
                // The authority was asked for its plan: a request that came meanwhile is still to be seen to.
                await WriteAsync(attempt, Served(attempt, stored.Summary, plan), since: known?.Since);
                return;
            }
        }
        await IssueAsync(attempt, task);
    }

    private async Task IssueAsync(Attempt attempt, AcmeTask? task)
    {
        var begun = stores.Time.GetTimestamp();
        AcmeStatus status;
        try
        {
            status = await IssueOrThrowAsync(attempt, task);
        }
        catch (IssuanceException e)
        {
            if (e.EndsOrder && await stores.Tasks.FindAsync(attempt.Domain) is { } left)
                await end.AbandonAsync(attempt.Domain, left, attempt.Hold, e.Message);
            status = e.IsWaiting ? Waiting(attempt, e) : Failed(attempt, e);
            LogFailed(attempt.Domain, attempt.Status.Step, status.Failures, status.Next, e.Message);
        }
        catch (NotWantedException e)
        {
            var left = await stores.Tasks.FindAsync(attempt.Domain);
            var again = await stores.Domains.FindAsync(attempt.Domain) is { Tls.Certificate: CertificateOrigin.Acme };
            if (!again)
            {
                await EndUnwantedAsync(attempt.Domain, left, attempt.Hold, e.Message);
                return;
            }
            if (left is not null)
                await end.AbandonAsync(attempt.Domain, left, attempt.Hold, e.Message);
            status = attempt.Status with { Phase = AcmePhase.Queued, Step = "", Since = stores.Time.GetUtcNow(), Next = stores.Time.GetUtcNow(), Reason = e.Message };
        }
        catch (Exception e) when (e is not OperationCanceledException and not LeaseLostException && !e.IsRedisAway())
        {
            LogUnexpected(attempt.Domain, attempt.Status.Step, e);
            status = Failed(attempt, new IssuanceException(AcmeTrouble.Passing, $"Something unexpected happened, which the log tells more of: {e.Message}"));
        }
        await WriteAsync(attempt, status, ends: status.Phase == AcmePhase.Issued);
        metrics.Ended(status.Phase, status.Authority, stores.Time.GetElapsedTime(begun));
    }

    private async Task<AcmeStatus> IssueOrThrowAsync(Attempt attempt, AcmeTask? task)
    {
        // An order that has its proofs no longer needs the customer's record.
        if (task?.Order is null)
        {
            await attempt.EnterAsync(AcmeStep.CheckCname);
            await cnames.CheckAsync(attempt.Names, attempt.Token);
        }
        for (var orders = 0; orders < MostOrders; orders++)
        {
            try
            {
                var open = task is null ? await desk.PlaceAsync(attempt) : await desk.ContinueAsync(attempt, task);
                task = open.Task;
                await proof.ProveAsync(attempt, open);
                var certificate = await install.InstallAsync(attempt, open);
                await end.IssuedAsync(attempt.Domain, open.Task);
                var plan = await renewals.PlanAsync(attempt.Domain, certificate, attempt.Token);
                return Served(attempt, certificate, plan) with { Failures = 0 };
            }
            catch (OrderLostException e) when (task is not null)
            {
                // Of an order without a URL, or at an authority that is down, nobody knows whether it gets its certificate yet.
                await end.AbandonAsync(attempt.Domain, task, attempt.Hold, e.Message, counts: task.Order is null);
                task = null;
            }
        }
        throw new IssuanceException(AcmeTrouble.Refused, $"{MostOrders} orders in a row could not be continued.");
    }

    // The order of whoever asks for it no more, and all that belongs to it.
    private async Task EndUnwantedAsync(string domain, AcmeTask? task, LeaseHold hold, string reason)
    {
        if (task is not null)
            await end.AbandonAsync(domain, task, hold, reason);
        await end.SweepAsync(domain);
        var status = await stores.Statuses.FindAsync(domain);
        var stored = await stores.Certificates.FindAsync(domain);
        if (status is null || !await stores.Statuses.WriteAsync(domain, status with
        {
            Phase = stored is null ? AcmePhase.Failed : AcmePhase.Issued,
            Step = "",
            Since = stores.Time.GetUtcNow(),
            Error = stored is null ? $"Nothing is ordered: {reason}." : "",
            Next = null,
            Reason = "",
            // A wish that is over.
            RequestedBy = "",
        }, hold.Lease, ends: true))
        {
            await stores.Tasks.RemoveAsync(domain, hold.Lease);
            await stores.Statuses.ForgetAsync(domain);
        }
    }

    private async Task WriteAsync(Attempt attempt, AcmeStatus status, bool ends = false, DateTimeOffset? since = null)
    {
        attempt.Token.ThrowIfCancellationRequested();
        if (!await stores.Statuses.WriteAsync(attempt.Domain, status, attempt.Hold.Lease, ends, since))
            await EndUnwantedAsync(attempt.Domain, await stores.Tasks.FindAsync(attempt.Domain), attempt.Hold, "the domain was deleted");
    }

    private AcmeStatus Served(Attempt attempt, CertificateSummary certificate, RenewalPlan plan)
    {
        var now = stores.Time.GetUtcNow();
        return attempt.Status with
        {
            Phase = AcmePhase.Issued,
            Step = "",
            Since = attempt.Status.Phase == AcmePhase.Issued ? attempt.Status.Since : now,
            Error = "",
            Problem = "",
            Authority = certificate.Authority ?? "",
            // A plan that was overdue when it was made, as of certificates shorter than an attempt, is no reason to spin.
            Next = plan.LookAgain > now + TimeSpan.FromSeconds(1) ? plan.LookAgain : now + TimeSpan.FromSeconds(1),
            Reason = plan.Reason,
        };
    }

    private AcmeStatus Failed(Attempt attempt, IssuanceException e)
    {
        var failures = attempt.Status.Failures + 1;
        var now = stores.Time.GetUtcNow();
        var next = Backoff.Next(e.Trouble, failures, attempt.Domain, now, e.RetryAfter, attempt.Stored?.Summary.NotAfter);
        return Failed(attempt, e.Message) with
        {
            Problem = e.Problem?.Raw ?? "",
            Failures = failures,
            Next = next,
            Reason = string.Create(CultureInfo.InvariantCulture, $"The next attempt is at {next.UtcDateTime:u}, after {failures} that failed."),
        };
    }

    private AcmeStatus Failed(Attempt attempt, string error) => attempt.Status with
    {
        Phase = AcmePhase.Failed,
        Since = stores.Time.GetUtcNow(),
        Error = error,
        Problem = "",
        Reason = "",
    };

    private AcmeStatus Waiting(Attempt attempt, IssuanceException e)
    {
        var now = stores.Time.GetUtcNow();
        return attempt.Status with
        {
            Phase = AcmePhase.Queued,
            Step = "",
            Since = now,
            Error = "",
            Problem = "",
            Next = Backoff.WhenThereIsRoom(attempt.Domain, now, e.RetryAfter!.Value),
            Reason = e.Message,
        };
    }

    [LoggerMessage(LogLevel.Warning, "{Domain} has no new certificate, step {Step}, {Failures} failures, next attempt {Next:u}: {Reason}")]
    private partial void LogFailed(string domain, string step, int failures, DateTimeOffset? next, string reason);

    [LoggerMessage(LogLevel.Warning, "The lease of {Domain} is lost; another worker goes on")]
    private partial void LogLost(string domain);

    [LoggerMessage(LogLevel.Error, "The attempt for {Domain} failed unexpectedly, step {Step}")]
    private partial void LogUnexpected(string domain, string step, Exception e);
}
