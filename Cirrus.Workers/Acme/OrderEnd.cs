using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>Ends orders: takes their challenges off, counts them, and lets the authority know of those that are given up.</summary>
internal sealed partial class OrderEnd(Authorities authorities, AcmeAccounts accounts, Suffixes suffixes, IssuanceStores stores, ILogger<OrderEnd> logger)
{
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(10);
    private static readonly Dictionary<string, IReadOnlyList<string>> None = [];
    private readonly ILogger _logger = logger;

    /// <summary>The order's certificate is installed.</summary>
    public async Task IssuedAsync(string domain, AcmeTask task)
    {
        await RecordAsync(task, LedgerKind.Certificate);
        await stores.Challenges.PutAsync(domain, None);
    }

    /// <summary>The order will not be finished.</summary>
    /// <param name="counts">It may yet have a certificate at the authority: it goes on counting.</param>
    public async Task AbandonAsync(string domain, AcmeTask task, LeaseHold hold, string reason, bool counts = false)
    {
        LogAbandoned(domain, task.Order ?? "(unknown)", task.Authority, reason);
        if (!counts)
            await RecordAsync(task, LedgerKind.Abandoned);
        hold.Token.ThrowIfCancellationRequested();
        await stores.Challenges.PutAsync(domain, None);
        await LetGoAsync(task, hold.Token);
        await stores.Tasks.RemoveAsync(domain, hold.Lease);
    }

    /// <summary>Takes off the challenges of a domain for which nothing is under way.</summary>
    public Task SweepAsync(string domain) => stores.Challenges.PutAsync(domain, None);

    // Authorities let an account have so many that wait. Those that are valid stay: the next order need not prove them again.
    private async Task LetGoAsync(AcmeTask task, CancellationToken stop)
    {
        if (task.Order is null || authorities.Find(task.Authority) is not { } authority)
            return;
        if (AuthorityChoice.DownUntil(await stores.Authorities.StandingAsync(authority.Name)) > stores.Time.GetUtcNow())
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Courtesy);
        try
        {
            var account = await accounts.OpenAsync(authority, limit.Token);
            var order = await authority.Client.GetOrderAsync(account, new Uri(task.Order), limit.Token);
            foreach (var url in order.Authorizations)
            {
                var authorization = await authority.Client.GetAuthorizationAsync(account, url, limit.Token);
                if (authorization.Status == AuthorizationStatus.Pending)
                    await authority.Client.DeactivateAuthorizationAsync(account, url, limit.Token);
            }
        }
        catch (AcmeException e)
        {
            LogNotLetGo(task.Order, authority.Name, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            LogNotLetGo(task.Order, authority.Name, "no answer in time");
        }
    }

    private async Task RecordAsync(AcmeTask task, LedgerKind kind)
    {
        if (authorities.Find(task.Authority) is not { } authority)
            return;
        var order = PlannedOrder.For(task.Names, suffixes.List, task.Purpose);
        await authority.Ledger.RecordAsync(
            new LedgerEntry(task.Reservation, stores.Time.GetUtcNow(), kind, order.Names, order.RegisteredDomains, task.Purpose));
    }

    [LoggerMessage(LogLevel.Warning, "The order for {Domain}, {Order} at {Authority}, is given up: {Reason}")]
    private partial void LogAbandoned(string domain, string order, string authority, string reason);

    [LoggerMessage(LogLevel.Information, "The authorizations of {Order} at {Authority} could not be given up: {Reason}")]
    private partial void LogNotLetGo(string order, string authority, string reason);
}
