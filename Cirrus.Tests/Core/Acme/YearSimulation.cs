using Cirrus.Core.Acme;

namespace Cirrus.Tests.Core.Acme;

/// <summary>Many names at one authority on a clock of its own: what the workers decide is decided by the same functions here.</summary>
internal sealed class YearSimulation(int names, int perDomain, TimeSpan lifetime, OrderLimits limits, bool tellsRenewals, int seed)
{
    private const string Authority = "ca";
    private static readonly TimeSpan Issuance = TimeSpan.FromSeconds(15);

    private readonly Random _random = new(seed);
    private readonly OrderBudget _budget = new(limits);
    private readonly PriorityQueue<int, DateTimeOffset> _due = new();
    private readonly (DateTimeOffset Begins, DateTimeOffset Ends)?[] _certificates = new (DateTimeOffset, DateTimeOffset)?[names];
    private readonly PlannedOrder[] _orders = [.. Enumerable.Range(0, names).Select(i => new PlannedOrder(
        [$"h{i % perDomain}.example{i / perDomain}.test"], [$"example{i / perDomain}.test"], OrderPurpose.New))];
    private readonly int[] _failures = new int[names];
    private readonly AuthorityStanding[] _standing = [AuthorityStanding.Good];

    public List<LedgerEntry> Ledger { get; } = [];
    public int Expired { get; private set; }
    public int Failed { get; private set; }
    public TimeSpan LeastLeft { get; private set; } = TimeSpan.MaxValue;
    public DateTimeOffset AllIssued { get; private set; }

    /// <summary>Of a hundred attempts so many fail; the authority is down for two days in each season.</summary>
    public void Run(DateTimeOffset start, TimeSpan duration, int failing)
    {
        var without = names;
        for (var i = 0; i < names; i++)
            _due.Enqueue(i, start + (TimeSpan.FromMinutes(5) * _random.NextDouble()));
        while (_due.TryDequeue(out var name, out var now) && now < start + duration)
        {
            var next = Next(name, now, start, failing, ref without);
            if (without == 0 && AllIssued == default)
                AllIssued = now;
            _due.Enqueue(name, next > now ? next : now + TimeSpan.FromSeconds(1));
        }
        Expired += _certificates.Count(c => c is null || c.Value.Ends < start + duration);
    }

    private DateTimeOffset Next(int name, DateTimeOffset now, DateTimeOffset start, int failing, ref int without)
    {
        var domain = _orders[name].Names[0];
        if (_certificates[name] is { } current)
        {
            var plan = Plan(domain, current);
            if (!plan.IsDue(now) && _failures[name] == 0)
                return plan.LookAgain;
            if (now > current.Ends)
                Expired++;
        }
        _budget.Forget(now);
        var purpose = _certificates[name] is null ? OrderPurpose.New : tellsRenewals ? OrderPurpose.Suggested : OrderPurpose.SameNames;
        var planned = _orders[name] with { Purpose = purpose };
        var pick = AuthorityChoice.Pick([new AuthorityCandidate(Authority, _standing[0], _budget.Judge(planned, now))], now);
        if (pick.Name is null)
        {
            return pick.IsDown
                ? Backoff.Next(AcmeTrouble.Passing, ++_failures[name], domain, now, pick.Next, _certificates[name]?.Ends)
                : Backoff.WhenThereIsRoom(domain, now, pick.Next);
        }
        if (IsDown(now - start))
        {
            _standing[0] = new AuthorityStanding(_standing[0].Failures + 1, now, "no answer");
            return Backoff.Next(AcmeTrouble.Passing, ++_failures[name], domain, now, null, _certificates[name]?.Ends);
        }
        _standing[0] = AuthorityStanding.Good;

        var id = $"{Ledger.Count}";
        Write(new LedgerEntry(id, now, LedgerKind.Order, planned.Names, planned.RegisteredDomains, purpose));
        if (_random.Next(100) < failing)
        {
            Failed++;
            Write(new LedgerEntry(id, now + Issuance, LedgerKind.FailedValidation, planned.Names, planned.RegisteredDomains, purpose));
            Write(new LedgerEntry(id, now + Issuance, LedgerKind.Abandoned, planned.Names, planned.RegisteredDomains, purpose));
            return Backoff.Next(AcmeTrouble.Refused, ++_failures[name], domain, now, null, _certificates[name]?.Ends);
        }
        Write(new LedgerEntry(id, now + Issuance, LedgerKind.Certificate, planned.Names, planned.RegisteredDomains, purpose));
        if (_certificates[name] is { } replaced)
            LeastLeft = replaced.Ends - now < LeastLeft ? replaced.Ends - now : LeastLeft;
        else
            without--;
        _failures[name] = 0;
        _certificates[name] = (now, now + lifetime);
        return Plan(domain, _certificates[name]!.Value).LookAgain;
    }

    private RenewalPlan Plan(string domain, (DateTimeOffset Begins, DateTimeOffset Ends) certificate)
    {
        // A window as Let's Encrypt suggests it: two days when two thirds of the lifetime have passed. Asked again only at its beginning, to be quick.
        var opens = certificate.Begins + (lifetime * 2 / 3);
        return RenewalDecision.Plan(
            domain, certificate.Begins, certificate.Ends, tellsRenewals ? new RenewalWindow(opens, opens.AddDays(2), null, opens.AddDays(2)) : null);
    }

    private static bool IsDown(TimeSpan since) => since.TotalDays % 90 is > 60 and < 62;

    private void Write(LedgerEntry entry)
    {
        Ledger.Add(entry);
        _budget.Add(entry);
    }
}
