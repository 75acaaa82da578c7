namespace Cirrus.Core.Acme;

/// <summary>An authority that could be asked.</summary>
/// <param name="Budget">Whether its limits allow the order.</param>
public sealed record AuthorityCandidate(string Name, AuthorityStanding Standing, BudgetVerdict Budget);

/// <summary>Which authority is asked.</summary>
/// <param name="Name">Null: none can be asked now.</param>
/// <param name="Next">When one can.</param>
/// <param name="Reason">Why others are not asked, in words.</param>
/// <param name="IsDown">None can be asked, and that is not for a limit alone.</param>
public sealed record AuthorityPick(string? Name, DateTimeOffset Next, string Reason, bool IsDown = false);

/// <summary>Chooses among several authorities: the first that works and has budget left.</summary>
public static class AuthorityChoice
{
    private const int FailuresToDown = 2;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Until when an authority is left alone; null: it is not. After that moment one attempt tells whether it works again.</summary>
    public static DateTimeOffset? DownUntil(AuthorityStanding standing)
    {
        if (standing.Failures < FailuresToDown)
            return null;
        var pause = First * Math.Pow(2, Math.Min(standing.Failures - FailuresToDown, 10));
        return standing.FailedAt + (pause < Longest ? pause : Longest);
    }

    /// <param name="candidates">In the order of preference.</param>
    public static AuthorityPick Pick(IReadOnlyList<AuthorityCandidate> candidates, DateTimeOffset now)
    {
        var reasons = new List<string>();
        DateTimeOffset? next = null;
        var isDown = false;
        foreach (var candidate in candidates)
        {
            if (DownUntil(candidate.Standing) is { } until && until > now)
            {
                reasons.Add($"{candidate.Name} is down and is asked again at {until.UtcDateTime:u}: {candidate.Standing.Error}");
                next = next < until ? next : until;
                isDown = true;
            }
            else if (!candidate.Budget.IsAllowed)
            {
                reasons.Add($"{candidate.Name}: {candidate.Budget.Reason}");
                next = next < candidate.Budget.Next ? next : candidate.Budget.Next;
            }
            else
            {
                return new AuthorityPick(candidate.Name, now, string.Join(' ', reasons));
            }
        }
        return new AuthorityPick(null, next ?? now, string.Join(' ', reasons), isDown);
    }
}
