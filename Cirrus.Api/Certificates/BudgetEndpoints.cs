using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Identities;
using Cirrus.Core.Acme;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Certificates;

/// <summary>What the authorities still let us order.</summary>
/// <param name="Authorities">The preferred one first; none: no worker has told of any.</param>
public sealed record BudgetResponse(IReadOnlyList<AuthorityBudgetResponse> Authorities);

/// <summary>One authority.</summary>
/// <param name="DownUntil">It does not work, and is left alone until then; null: it is asked.</param>
/// <param name="Error">Its last failure, in words; null when it works.</param>
/// <param name="Limits">Those it has.</param>
/// <param name="HeadRoom">What is left of them: of the account, and then of all of which something is used, the least first.</param>
public sealed record AuthorityBudgetResponse(
    string Name,
    Uri Directory,
    DateTimeOffset? DownUntil,
    string? Error,
    IReadOnlyList<LimitResponse> Limits,
    IReadOnlyList<HeadRoomResponse> HeadRoom)
{
    internal static AuthorityBudgetResponse From(AuthorityBudget budget, DateTimeOffset now)
    {
        var limits = budget.Authority.Limits;
        LimitResponse[] all =
        [
            new("orders", limits.Orders, Seconds(limits.OrdersWindow)),
            new("certificatesPerDomain", limits.CertificatesPerDomain, Seconds(limits.CertificatesWindow)),
            new("certificatesPerSet", limits.CertificatesPerSet, Seconds(limits.CertificatesWindow)),
            new("failedValidations", limits.FailedValidations, Seconds(limits.FailuresWindow)),
        ];
        return new AuthorityBudgetResponse(
            budget.Authority.Name, budget.Authority.Directory, AuthorityChoice.DownUntil(budget.Standing) is { } until && until > now ? until : null,
            budget.Standing.Error.Length == 0 ? null : budget.Standing.Error, [.. all.Where(l => l.Most > 0)],
            [.. budget.HeadRoom.Select(h => new HeadRoomResponse(
                h.Limit, h.Subject.Length == 0 ? null : h.Subject, h.Used, h.Left, h.Left == 0 ? h.Frees : null, h.Frees))]);
    }

    private static long Seconds(TimeSpan window) => (long)window.TotalSeconds;
}

/// <summary>A limit of an authority.</summary>
/// <param name="Limit"><c>orders</c> of the account, <c>certificatesPerDomain</c> (registered), <c>certificatesPerSet</c> of names, <c>failedValidations</c> of a name.</param>
/// <param name="Most">So many in the window.</param>
/// <param name="Window">Seconds; it slides.</param>
public sealed record LimitResponse(string Limit, int Most, long Window);

/// <summary>What is left of a limit.</summary>
/// <param name="Subject">The registered domain, the names or the name it is about; null: the account.</param>
/// <param name="OpensAt">Nothing is left: when the next one may be ordered; null: at once.</param>
/// <param name="Frees">When one more becomes free; null while none is used.</param>
public sealed record HeadRoomResponse(string Limit, string? Subject, int Used, int Left, DateTimeOffset? OpensAt, DateTimeOffset? Frees);

/// <summary><c>/api/v1/certificates/budget</c>. Not for callers confined to some domains: an account's limits are used by all.</summary>
internal static class BudgetEndpoints
{
    public static void MapBudget(this RouteGroupBuilder certificates) => certificates.MapGet("/budget", GetBudget).For(Role.Viewer)
        .WithName("getCertificateBudget").WithSummary("What the authorities still let us order");

    private static async Task<Ok<BudgetResponse>> GetBudget(
        AuthorityStore authorities, TimeProvider time, [Range(1, 1000, ErrorMessage = "A limit is between 1 and 1000.")] int limit = 100)
    {
        var now = time.GetUtcNow();
        return TypedResults.Ok(new BudgetResponse(
            [.. (await authorities.BudgetsAsync(now, limit)).Select(b => AuthorityBudgetResponse.From(b, now))]));
    }
}
