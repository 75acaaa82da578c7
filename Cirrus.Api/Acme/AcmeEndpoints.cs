using System.Text.Json.Nodes;
using Cirrus.Api.Domains;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Acme;
using Cirrus.Core.Domains;
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
        acme.MapPost("/", AskForCertificate).For(Role.Operator).MakesChange().HasETag()
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
        context.SetETag(domain.Revision);

        await statuses.RequestAsync(domain.Name, context.Actor(), time.GetUtcNow());
        // Without a status it was not queued, and nothing is under way: the domain was deleted in between.
        return await statuses.FindAsync(domain.Name) is { } status
            ? TypedResults.Accepted(AcmeResponse.Path(domain.Name), AcmeResponse.From(domain, status, zone.Value.Name))
            : ProblemsExtensions.NotFound($"domain {domain.Name}");
    }

    private static JsonObject WantAcme(JsonObject document)
    {
        if (document["tls"] is not JsonObject tls)
            document["tls"] = tls = [];
        tls["certificate"] = "acme";
        return document;
    }
}
