namespace Cirrus.Core.Acme;

/// <summary>
/// What an account has used of its authority's limits, and what it may still do. Windows slide; an authority that refills a bucket by the same rate
/// allows at least as much.
/// </summary>
public sealed class OrderBudget(OrderLimits limits)
{
    private static readonly TimeSpan Often = TimeSpan.FromHours(6);

    private readonly SlidingCounts _orders = new();
    private readonly SlidingCounts _byDomain = new();
    private readonly SlidingCounts _bySet = new();
    private readonly SlidingCounts _failures = new();

    // Orders that count as certificates, from when on.
    private readonly Dictionary<string, LedgerEntry> _certificates = new(StringComparer.Ordinal);
    private DateTimeOffset _forgotten;

    public OrderLimits Limits => limits;

    /// <summary>Takes a line of the ledger into account; the same line twice counts once.</summary>
    public void Add(LedgerEntry entry)
    {
        switch (entry.Kind)
        {
            case LedgerKind.Order:
                if (entry.Purpose == OrderPurpose.New)
                    _orders.Add("", entry.At, entry.Id);
                if (!_certificates.ContainsKey(entry.Id))
                    Count(entry);
                break;
            case LedgerKind.Certificate:
                Uncount(entry.Id);
                Count(entry);
                break;
            case LedgerKind.Abandoned:
                Uncount(entry.Id);
                break;
            case LedgerKind.FailedValidation:
                foreach (var name in entry.Names)
                    _failures.Add(name, entry.At, entry.Id);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(entry));
        }
    }

    /// <summary>Whether an order may be placed now.</summary>
    public BudgetVerdict Judge(PlannedOrder order, DateTimeOffset now)
    {
        var verdict = new BudgetVerdict(true, now, "");
        if (order.Purpose == OrderPurpose.Suggested)
            return verdict;
        foreach (var name in order.Names.Select(ChallengeAlias.Identifier).Distinct(StringComparer.Ordinal))
        {
            verdict = Later(verdict, _failures.Blocking(name, now - limits.FailuresWindow, limits.FailedValidations), limits.FailuresWindow,
                () => $"{limits.FailedValidations} validations of {name} have failed in {Words(limits.FailuresWindow)}, and the authority allows no more");
        }
        var set = SetOf(order.Names);
        verdict = Later(verdict, _bySet.Blocking(set, now - limits.CertificatesWindow, limits.CertificatesPerSet), limits.CertificatesWindow,
            () => $"{limits.CertificatesPerSet} certificates for exactly these names in {Words(limits.CertificatesWindow)} are all the authority allows");
        if (order.Purpose == OrderPurpose.SameNames)
            return verdict;
        foreach (var domain in order.RegisteredDomains)
        {
            verdict = Later(
                verdict, _byDomain.Blocking(domain, now - limits.CertificatesWindow, limits.CertificatesPerDomain), limits.CertificatesWindow,
                () => $"{limits.CertificatesPerDomain} certificates for {domain} in {Words(limits.CertificatesWindow)} are all the authority allows");
        }
        return Later(verdict, _orders.Blocking("", now - limits.OrdersWindow, limits.Orders), limits.OrdersWindow,
            () => $"{limits.Orders} orders in {Words(limits.OrdersWindow)} are all the authority allows");
    }

    /// <summary>What is left of each limit of which something is used, the least first, and of that of the account.</summary>
    public IReadOnlyList<HeadRoom> HeadRoom(DateTimeOffset now, int most = 100)
    {
        var account = limits.Orders == 0 ? [] : new[] { Of("orders", _orders, "", limits.Orders, limits.OrdersWindow, now) };
        return
        [
            .. account,
            .. All("certificatesPerDomain", _byDomain, limits.CertificatesPerDomain, limits.CertificatesWindow, now)
                .Concat(All("certificatesPerSet", _bySet, limits.CertificatesPerSet, limits.CertificatesWindow, now))
                .Concat(All("failedValidations", _failures, limits.FailedValidations, limits.FailuresWindow, now))
                .OrderBy(h => (double)h.Left / h.Most).ThenByDescending(h => h.Used).ThenBy(h => h.Subject, StringComparer.Ordinal).Take(most),
        ];
    }

    /// <summary>Lets go of what counts no more. What has left its window is not counted anyhow; this is for memory alone, so now and then is enough.</summary>
    public void Forget(DateTimeOffset now)
    {
        if (now - _forgotten < Often)
            return;
        _forgotten = now;
        _orders.Forget(now - limits.OrdersWindow);
        _failures.Forget(now - limits.FailuresWindow);
        _byDomain.Forget(now - limits.CertificatesWindow);
        _bySet.Forget(now - limits.CertificatesWindow);
        foreach (var (id, _) in _certificates.Where(c => c.Value.At <= now - limits.CertificatesWindow))
            _certificates.Remove(id);
    }

    private static IEnumerable<HeadRoom> All(string limit, SlidingCounts counts, int most, TimeSpan window, DateTimeOffset now) =>
        most == 0 ? [] : counts.Subjects.Select(s => Of(limit, counts, s, most, window, now)).Where(h => h.Used > 0);

    private static HeadRoom Of(string limit, SlidingCounts counts, string subject, int most, TimeSpan window, DateTimeOffset now) =>
        new(limit, subject, counts.Count(subject, now - window), most, window, counts.Oldest(subject, now - window) + window);

    private static BudgetVerdict Later(BudgetVerdict verdict, DateTimeOffset? blocking, TimeSpan window, Func<string> reason) =>
        blocking + window is { } next && next > verdict.Next ? new BudgetVerdict(false, next, $"{reason()}; the next one is free at {next.UtcDateTime:u}.") : verdict;

    private void Count(LedgerEntry entry)
    {
        _certificates[entry.Id] = entry;
        if (entry.Purpose == OrderPurpose.Suggested)
            return;
        _bySet.Add(SetOf(entry.Names), entry.At, entry.Id);
        if (entry.Purpose == OrderPurpose.SameNames)
            return;
        foreach (var domain in entry.RegisteredDomains)
            _byDomain.Add(domain, entry.At, entry.Id);
    }

    private void Uncount(string id)
    {
        if (!_certificates.Remove(id, out var entry))
            return;
        _bySet.Remove(SetOf(entry.Names), entry.At, entry.Id);
        foreach (var domain in entry.RegisteredDomains)
            _byDomain.Remove(domain, entry.At, entry.Id);
    }

    private static string SetOf(IReadOnlyList<string> names) => string.Join(", ", names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string Words(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => $"{span.TotalDays:0.#} days",
        { TotalMinutes: > 60 } => $"{span.TotalHours:0.#} hours",
        { TotalMinutes: 60 } => "an hour",
        _ => $"{span.TotalMinutes:0.#} minutes",
    };
}
