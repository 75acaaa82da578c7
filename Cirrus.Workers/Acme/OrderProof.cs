using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>Proves to an authority that the names of an order are ours to have certificates for.</summary>
internal sealed partial class OrderProof(
    OrderDesk desk, SecondariesWait secondaries, ChangeLog log, Suffixes suffixes, IssuanceStores stores, ILogger<OrderProof> logger)
{
    private readonly ILogger _logger = logger;

    public async Task ProveAsync(Attempt attempt, OpenOrder order)
    {
        // An order that has its proofs, or even its certificate.
        if (order.Order.Status != OrderStatus.Pending)
            return;
        await attempt.EnterAsync(AcmeStep.PublishChallenges, order.Authority.Name);
        var pending = await PendingAsync(attempt, order);
        if (pending.Count == 0)
            return;
        var change = await stores.Challenges.PutAsync(attempt.Domain, Values(order.Account.Key, pending)) ?? await log.TailAsync();

        await attempt.EnterAsync(AcmeStep.AwaitSecondaries);
        await secondaries.UntilServedAsync(change, attempt.Token);

        await attempt.EnterAsync(AcmeStep.Validate);
        await desk.AskAsync(order.Authority, () => RespondAsync(attempt, order, pending));
        var results = await desk.AskAsync(order.Authority, () => Task.WhenAll(pending.Select(a =>
            order.Client.WaitForAuthorizationAsync(order.Account, a.Url, stores.Options.AuthorityTimeout, attempt.Token))));
        await RequireValidAsync(order, results);
    }

    // A wildcard and its parent share a name: both values are there at once.
    private static Dictionary<string, IReadOnlyList<string>> Values(AccountKey key, IReadOnlyList<AcmeAuthorization> pending) => pending
        .GroupBy(a => ChallengeAlias.Identifier(a.Name), StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(a => key.TxtValue(a.Dns01!.Token)).Order(StringComparer.Ordinal)]);

    private async Task<IReadOnlyList<AcmeAuthorization>> PendingAsync(Attempt attempt, OpenOrder order)
    {
        var all = await desk.AskAsync(order.Authority, () => Task.WhenAll(order.Order.Authorizations.Select(a =>
            order.Client.GetAuthorizationAsync(order.Account, a, attempt.Token))));
        if (all.FirstOrDefault(a => a.Status is not (AuthorizationStatus.Pending or AuthorizationStatus.Valid)) is { } ended)
            throw new OrderLostException($"The authorization for {ended.Name} is {ended.Status}.");
        var pending = all.Where(a => a.Status == AuthorizationStatus.Pending).ToList();
        if (pending.FirstOrDefault(a => a.Dns01 is null) is { } other)
        {
            throw new IssuanceException(AcmeTrouble.Refused, $"{order.Authority.Name} offers no validation over DNS for {other.Name}.") { EndsOrder = true };
        }
        return pending;
    }

    private static async Task<bool> RespondAsync(Attempt attempt, OpenOrder order, IReadOnlyList<AcmeAuthorization> pending)
    {
        foreach (var authorization in pending.Where(a => a.Dns01!.Status == ChallengeStatus.Pending))
        {
            try
            {
                await order.Client.RespondAsync(order.Account, authorization.Dns01!, attempt.Token);
            }
            catch (AcmeException e) when (e.Problem?.Is("malformed") == true)
            {
                // A worker before has already responded; what comes of it is what counts.
            }
        }
        return true;
    }

    private async Task RequireValidAsync(OpenOrder order, IReadOnlyList<AcmeAuthorization> results)
    {
        var failed = results.Where(a => a.Status != AuthorizationStatus.Valid).ToList();
        if (failed.Count == 0)
            return;
        foreach (var authorization in failed)
        {
            var name = ChallengeAlias.Identifier(authorization.Name);
            await order.Authority.Ledger.RecordAsync(new LedgerEntry(
                $"{order.Task.Reservation} {name}", stores.Time.GetUtcNow(), LedgerKind.FailedValidation, [name], [suffixes.List.RegisteredDomain(name)],
                order.Task.Purpose));
            LogInvalid(name, order.Authority.Name, order.Order.Url);
        }
        throw new IssuanceException(
            AcmeTrouble.Refused,
            string.Join(' ', failed.Select(a => Words(order.Authority.Name, a)).Distinct(StringComparer.Ordinal)), failed.Select(a => a.Error).FirstOrDefault(e => e is not null))
        {
            EndsOrder = true,
        };
    }

    private static string Words(string authority, AcmeAuthorization failed) =>
        failed.Error?.InWords($"{authority} could not validate {failed.Name}")
            ?? $"{authority} did not validate {failed.Name}: the authorization is {failed.Status}.";

    [LoggerMessage(LogLevel.Warning, "{Name} was not validated by {Authority}, order {Order}")]
    private partial void LogInvalid(string name, string authority, Uri order);
}
