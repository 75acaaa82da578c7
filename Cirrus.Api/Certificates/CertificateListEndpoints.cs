using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Changes;
using Cirrus.Api.Domains;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Certificates;

/// <summary>One line of the list of certificates.</summary>
/// <param name="DaysLeft">Whole days; negative when it has expired.</param>
/// <param name="Authority">Which issued it, of one that Cirrus ordered.</param>
/// <param name="Status">Of the certificate that Cirrus orders for the domain; null where it orders none.</param>
public sealed record CertificateLine(
    string Domain,
    IReadOnlyList<string> Names,
    string Issuer,
    DateTimeOffset NotAfter,
    int DaysLeft,
    string Source,
    string? Authority,
    AcmePhase? Status);

/// <summary><c>/api/v1/certificates</c>: all of them, those that end first before the others.</summary>
internal static class CertificateListEndpoints
{
    // So many are looked at for one page, however few of them are shown.
    private const int MostLookedAt = 10_000;
    private const int Look = 1000;

    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(36_500);

    public static void MapCertificateList(this IEndpointRouteBuilder routes)
    {
        var certificates = routes.MapGroup("/certificates").WithTags("Certificates");
        certificates.MapGet("/", ListCertificates).For(Role.Viewer).OpenToConfined()
            .WithName("listCertificates").WithSummary("Certificates in the order in which they end");
        certificates.MapBudget();
        certificates.MapAuthorities();
    }

    private static async Task<Results<Ok<Page<CertificateLine>>, ValidationProblem>> ListCertificates(
        HttpContext context, CertificateStore store, AcmeStatusStore statuses, TimeProvider time,
        string? expiresBefore = null, string? expiresWithin = null, string? source = null,
        [Range(1, 1000, ErrorMessage = "A limit is between 1 and 1000.")] int limit = 100, string? after = null)
    {
        var now = time.GetUtcNow();
        var errors = Errors(expiresBefore, expiresWithin, source, after, now, out var until, out var start);
        if (errors.Count > 0)
            return ProblemsExtensions.Invalid(errors);

        var caller = context.Caller();
        var found = new List<(CertificateEnd End, CertificateSummary Summary)>();
        var next = start;
        // One more than asked for tells whether there is a next page.
        var look = source is null && caller.Domains is null ? limit + 1 : Look;
        for (var looked = 0; looked < MostLookedAt && found.Count <= limit; looked += look)
        {
            var ends = await store.ListAsync(next, look);
            var inTime = ends.TakeWhile(e => until is null || e.Milliseconds < until.Value.ToUnixTimeMilliseconds()).ToList();
            var shown = inTime.Where(e => caller.Covers(e.Domain)).ToList();
            var certificates = await store.FindAsync(shown.Select(e => e.Domain));
            // One that was deleted between the two reads is not there any more.
            found.AddRange(shown.Zip(certificates)
                .Where(p => p.Second is { } c && (source is null || c.Summary.Source == source)).Select(p => (p.First, p.Second!.Summary)));
            next = inTime.Count < look ? null : inTime[^1];
            if (next is null)
                break;
        }

        if (found.Count > limit)
            next = found[limit - 1].End;
        var page = found.Take(limit).ToList();
        var phases = await statuses.PhasesAsync(page.Select(p => p.End.Domain));
        return TypedResults.Ok(new Page<CertificateLine>(
            [.. page.Zip(phases, (p, phase) => Line(p.End.Domain, p.Summary, phase, now))], next?.ToString()));
    }

    private static CertificateLine Line(string domain, CertificateSummary summary, AcmePhase? phase, DateTimeOffset now) => new(
        domain, summary.Names, summary.Issuer, summary.NotAfter, (int)Math.Floor((summary.NotAfter - now).TotalDays), summary.Source,
        summary.Authority, phase);

    private static Dictionary<string, string[]> Errors(
        string? expiresBefore, string? expiresWithin, string? source, string? after, DateTimeOffset now, out DateTimeOffset? until, out CertificateEnd? start)
    {
        var errors = new Dictionary<string, string[]>();
        (until, start) = (null, null);
        if (expiresBefore is not null && Timestamp.TryParse(expiresBefore, out var before))
            until = before;
        else if (expiresBefore is not null)
            errors["expiresBefore"] = [Timestamp.Expected];
        if (expiresBefore is not null && expiresWithin is not null)
            errors["expiresWithin"] = ["Give expiresBefore or expiresWithin, not both."];
        else if (expiresWithin is not null && Span.TryParse(expiresWithin, LongestSpan, out var span))
            until = now + span;
        else if (expiresWithin is not null)
            errors["expiresWithin"] = ["A time is a whole number and a unit, such as 12h or 30d."];
        if (source is not (null or CertificateSource.Operator or CertificateSource.Acme))
            errors["source"] = [$"A source is {CertificateSource.Operator} or {CertificateSource.Acme}."];
        if (after is not null && (start = CertificateEnd.Parse(after)) is null)
            errors["after"] = ["This is not the next of a page."];
        return errors;
    }
}
