using System.Text.Json.Nodes;
using Cirrus.Api.Domains;
using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Idempotency;
using Cirrus.Core.Identities;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Acme;

/// <summary><c>/api/v1/domains/{name}/acme</c>: the certificate that Cirrus orders for a domain.</summary>
internal static class AcmeEndpoints
{
    public static void MapAcme(this IEndpointRouteBuilder routes)
    {
        var acme = routes.MapGroup("/domains/{name}/acme").WithTags("Certificates").CheckDomainInPath();
        acme.MapGet("/", GetStatus).For(Role.Viewer)
            .WithName("getCertificateOrder").WithSummary("How far the certificate that Cirrus orders for a domain has come");
        acme.MapPost("/", AskForCertificate).For(Role.Operator).MakesChange().HasETag().AnswersAgain(AskedAlready)
            .WithName("orderCertificate").WithSummary("Ask for a certificate now");
    }

    private static async Task<Results<Ok<AcmeResponse>, ProblemHttpResult>> GetStatus(
        string name, DomainStore domains, AcmeStatusStore statuses, IOptions<ZoneOptions> zone) =>
        await DomainEndpoints.FindAsync(name, domains) is { } domain
            ? TypedResults.Ok(AcmeResponse.From(domain, await statuses.FindAsync(domain.Name), zone.Value.Name))
            : ProblemsExtensions.NotFound($"domain {name}");

    private static async Task<Results<Accepted<AcmeResponse>, ValidationProblem, ProblemHttpResult>> AskForCertificate(
        string name, HttpContext context, DomainStore domains, DomainWriting writing, AcmeStatusStore statuses, TimeProvider time,
        IOptions<ZoneOptions> zone)
    {
        var domain = await DomainEndpoints.FindAsync(name, domains);
        if (domain?.Tls?.Certificate != CertificateOrigin.Acme)
        {
            var written = await writing.EditAsync(context, name, WantAcme);
            if (written.Domain is null)
                return written.Invalid is not null ? written.Invalid : written.Problem!;
            domain = written.Domain;
        }
        else if (context.Refusal(domain.Name, domain.Revision) is { } refusal)
        {
            return refusal;
        }
        await statuses.RequestAsync(domain.Name, context.Actor(), time.GetUtcNow());
        // Without a status it was not queued, and nothing is under way: the domain was deleted in between.
        return await statuses.FindAsync(domain.Name) is { } status
            ? Asked(context, domain, status, zone.Value)
            : ProblemsExtensions.NotFound($"domain {domain.Name}");
    }

    // Whoever only got as far as the document has asked as well: the workers hear of a domain that begins to want a certificate.
    private static async Task<IResult> AskedAlready(HttpContext context, IReadOnlyList<AcceptedWrite> writes)
    {
        var services = context.RequestServices;
        var name = writes[0].Key;
        if (writes.FirstOrDefault(w => w.Change != ChangeId.Zero) is { } changed)
            context.SetChange(changed.Change);
        return await services.GetRequiredService<DomainStore>().FindAsync(name) is { } domain
            ? Asked(
                context, domain, await services.GetRequiredService<AcmeStatusStore>().FindAsync(name),
                services.GetRequiredService<IOptions<ZoneOptions>>().Value)
            : ProblemsExtensions.NotFound($"domain {name}");
    }

    private static Accepted<AcmeResponse> Asked(HttpContext context, CdnDomain domain, AcmeStatus? status, ZoneOptions zone)
    {
        context.SetETag(domain.Revision);
        return TypedResults.Accepted(AcmeResponse.Path(domain.Name), AcmeResponse.From(domain, status, zone.Name));
    }

    private static JsonObject WantAcme(JsonObject document)
    {
        if (document["tls"] is not JsonObject tls)
            document["tls"] = tls = [];
        tls["certificate"] = "acme";
        return document;
    }
}
