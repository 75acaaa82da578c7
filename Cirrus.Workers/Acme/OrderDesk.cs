using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>Places orders, and takes up those that a worker before left.</summary>
internal sealed partial class OrderDesk(
    Authorities authorities, AcmeAccounts accounts, Suffixes suffixes, IssuanceStores stores, ILogger<OrderDesk> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>The order of a task, if it can be continued.</summary>
    /// <exception cref="OrderLostException">It can't; another one can be placed.</exception>
    public async Task<OpenOrder> ContinueAsync(Attempt attempt, AcmeTask task)
    {
        if (authorities.Find(task.Authority) is not { } authority)
            throw new OrderLostException($"The authority {task.Authority} is no longer configured.");
        if (!task.Names.ToHashSet(StringComparer.Ordinal).SetEquals(attempt.Names))
            throw new OrderLostException("It was for other names.");
        if (task.Order is null)
            throw new OrderLostException("Whether the authority ever got it is not known.");
        if (await IsGivenUpOnAsync(authority, attempt))
            throw new OrderLostException($"{authority.Name} is down, and another authority is not.");
        await attempt.EnterAsync(AcmeStep.Order, authority.Name);
        return await AskAsync(authority, async () =>
        {
            var account = await accounts.OpenAsync(authority, attempt.Token);
            if (account.Url.ToString() != task.Account)
                throw new OrderLostException("It is of another account.");
            return new OpenOrder(authority, account, task, await FindAsync(authority, account, task.Order, attempt.Token));
        });
    }

    /// <summary>Places an order at the first authority that works and has budget left.</summary>
    public async Task<OpenOrder> PlaceAsync(Attempt attempt)
    {
        var refused = new Dictionary<string, IssuanceException>(StringComparer.Ordinal);
        while (true)
        {
            await attempt.EnterAsync(AcmeStep.Account);
            var authority = await ChooseAsync(attempt, refused);
            try
            {
                if (await TryPlaceAsync(attempt, authority) is { } order)
                    return order;
            }
            catch (IssuanceException e) when (e.Trouble == AcmeTrouble.Limited)
            {
                // Its own count differs from our ledger: the next one.
                LogLimited(attempt.Domain, authority.Name, e.Message);
                refused[authority.Name] = e;
            }
        }
    }

    /// <summary>Asks an authority, and notes how it fares.</summary>
    /// <exception cref="IssuanceException">What went wrong.</exception>
    public async Task<T> AskAsync<T>(Authority authority, Func<Task<T>> ask)
    {
        try
        {
            var answer = await ask();
            await stores.Authorities.WorksAsync(authority.Name);
            return answer;
        }
        catch (AcmeException e)
        {
            if (e.IsItsOwn())
            {
                var standing = await stores.Authorities.StandingAsync(authority.Name);
                await stores.Authorities.FailedAsync(
                    authority.Name, new AuthorityStanding(standing.Failures + 1, stores.Time.GetUtcNow(), e.Message));
            }
            throw e.ToIssuance();
        }
    }

    private async Task<OpenOrder?> TryPlaceAsync(Attempt attempt, Authority authority)
    {
        var account = await AskAsync(authority, () => accounts.OpenAsync(authority, attempt.Token));
        await attempt.EnterAsync(AcmeStep.Order, authority.Name);
        var purpose = await PurposeAsync(attempt, authority);
        var id = Guid.NewGuid().ToString("N");
        var now = stores.Time.GetUtcNow();
        var planned = PlannedOrder.For(attempt.Names, suffixes.List, purpose);
        // Written down before it is sent; another worker may have taken what was left since the choice.
        if (!(await authority.Ledger.ReserveAsync(id, planned, now)).IsAllowed)
            return null;

        var task = new AcmeTask(
            authority.Name, account.Url.ToString(), null, attempt.Names, now, purpose, id, attempt.Stored?.Summary.Fingerprint ?? "");
        await stores.Tasks.PutKeyAsync(attempt.Domain, CertificateKeys.Create(attempt.KeyType), attempt.Hold.Lease);
        await stores.Tasks.PutAsync(attempt.Domain, task, attempt.Hold.Lease);
        try
        {
            var order = await AskAsync(authority, async () =>
            {
                try
                {
                    return await SendAsync(attempt, authority, account, purpose);
                }
                catch (AcmeException e) when (AcmeAccounts.IsUnknown(e))
                {
                    account = await accounts.OpenAsync(authority, attempt.Token, anew: true);
                    return await SendAsync(attempt, authority, account, purpose);
                }
            });
            task = task with { Account = account.Url.ToString(), Order = order.Url.ToString() };
            await stores.Tasks.PutAsync(attempt.Domain, task, attempt.Hold.Lease);
            LogPlaced(attempt.Domain, authority.Name, order.Url);
            return new OpenOrder(authority, account, task, order);
        }
        catch (IssuanceException e) when (e.Problem is not null)
        {
            // Refused: there is no order. Without an answer there may be one, and it counts.
            await authority.Ledger.RecordAsync(Entry(planned, id, LedgerKind.Abandoned));
            await stores.Tasks.RemoveAsync(attempt.Domain, attempt.Hold.Lease);
            throw;
        }
    }

    private static async Task<AcmeOrder> SendAsync(Attempt attempt, Authority authority, AcmeAccount account, OrderPurpose purpose)
    {
        var replaced = purpose == OrderPurpose.Suggested ? attempt.Stored!.Summary.RenewalId : null;
        try
        {
            return await authority.Client.NewOrderAsync(account, attempt.Names, replaced, attempt.Token);
        }
        catch (AcmeException e) when (replaced is not null && e.Problem is { } problem && (problem.Is("alreadyReplaced") || problem.Is("malformed")))
        {
            // Another order has replaced it, or the authority has forgotten it: an order like any other.
            return await authority.Client.NewOrderAsync(account, attempt.Names, null, attempt.Token);
        }
    }

    private static async Task<AcmeOrder> FindAsync(Authority authority, AcmeAccount account, string order, CancellationToken cancellation)
    {
        try
        {
            var found = await authority.Client.GetOrderAsync(account, new Uri(order), cancellation);
            return found.Status == OrderStatus.Invalid
                ? throw new OrderLostException(found.Error?.InWords($"{authority.Name} holds the order invalid") ?? "It is invalid.")
                : found;
        }
        catch (AcmeException e) when (!e.IsItsOwn() && e.Problem?.Is("rateLimited") != true)
        {
            throw new OrderLostException(e.Message);
        }
    }

    private async Task<Authority> ChooseAsync(Attempt attempt, IReadOnlyDictionary<string, IssuanceException> refused)
    {
        var now = stores.Time.GetUtcNow();
        var candidates = new List<AuthorityCandidate>();
        foreach (var authority in authorities.All)
        {
            if (refused.TryGetValue(authority.Name, out var refusal))
            {
                candidates.Add(new(
                    authority.Name, AuthorityStanding.Good, new BudgetVerdict(false, refusal.RetryAfter ?? now + TimeSpan.FromHours(1), refusal.Message)));
                continue;
            }
            candidates.Add(await CandidateAsync(attempt, authority, now));
        }
        var pick = AuthorityChoice.Pick(candidates, now);
        if (authorities.Find(pick.Name) is { } chosen)
            return chosen;
        throw refused.Count > 0
            ? new IssuanceException(AcmeTrouble.Limited, pick.Reason, refused.Values.First().Problem, pick.Next)
            : new IssuanceException(pick.IsDown ? AcmeTrouble.Passing : AcmeTrouble.Limited, pick.Reason, null, pick.Next) { IsWaiting = !pick.IsDown };
    }

    private async Task<AuthorityCandidate> CandidateAsync(Attempt attempt, Authority authority, DateTimeOffset now)
    {
        var standing = await stores.Authorities.StandingAsync(authority.Name);
        if (AuthorityChoice.DownUntil(standing) > now)
            return new(authority.Name, standing, new BudgetVerdict(true, now, ""));
        var planned = PlannedOrder.For(attempt.Names, suffixes.List, await PurposeAsync(attempt, authority));
        return new(authority.Name, standing, await authority.Ledger.JudgeAsync(planned, now));
    }

    private async Task<bool> IsGivenUpOnAsync(Authority authority, Attempt attempt)
    {
        var now = stores.Time.GetUtcNow();
        if (!(AuthorityChoice.DownUntil(await stores.Authorities.StandingAsync(authority.Name)) > now))
            return false;
        var others = await Task.WhenAll(authorities.All.Where(a => a != authority).Select(a => CandidateAsync(attempt, a, now)));
        return AuthorityChoice.Pick(others, now).Name is not null;
    }

    private static async Task<OrderPurpose> PurposeAsync(Attempt attempt, Authority authority)
    {
        var stored = attempt.Stored?.Summary;
        if (CertificateNeed.Purpose(stored, attempt.Names, authority.Name, tellsRenewals: true) != OrderPurpose.Suggested)
            return CertificateNeed.Purpose(stored, attempt.Names, authority.Name, tellsRenewals: false);
        try
        {
            return (await authority.Client.GetDirectoryAsync(attempt.Token)).RenewalInfo is null ? OrderPurpose.SameNames : OrderPurpose.Suggested;
        }
        catch (AcmeException)
        {
            // It will say so itself when the order is sent.
            return OrderPurpose.SameNames;
        }
    }

    private LedgerEntry Entry(PlannedOrder order, string id, LedgerKind kind) =>
        new(id, stores.Time.GetUtcNow(), kind, order.Names, order.RegisteredDomains, order.Purpose);

    [LoggerMessage(LogLevel.Information, "The certificate of {Domain} is ordered from {Authority}: {Order}")]
    private partial void LogPlaced(string domain, string authority, Uri order);

    [LoggerMessage(LogLevel.Warning, "The certificate of {Domain} is not ordered from {Authority}: {Reason}")]
    private partial void LogLimited(string domain, string authority, string reason);
}
