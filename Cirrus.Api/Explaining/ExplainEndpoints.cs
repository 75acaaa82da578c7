using Cirrus.Api.Domains;
using Cirrus.Api.Edges;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Explaining;

/// <summary>What happens to a request: <c>GET /api/v1/domains/{name}/explain</c>.</summary>
internal static class ExplainEndpoints
{
    public static void MapExplaining(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/domains").WithTags("Domains").CheckDomainInPath()
            .MapGet("/{name}/explain", Explain).For(Role.Viewer)
            .WithName("explainDomain").WithSummary("What happens to a request, as a node finds by doing it");

    private static async Task<Results<Ok<ExplainResponse>, ValidationProblem, ProblemHttpResult>> Explain(
        string name, DomainStore domains, NodeStore nodes, AppliedLog applied, CertificateStore certificates, DomainOwners owners,
        IOptions<ZoneOptions> zone, EdgeClient edges, CancellationToken cancellation,
        string? url = null, string method = "GET", [FromQuery(Name = "header")] string[]? header = null, string? node = null)
    {
        if (DomainNames.InPath(name) is not { } wanted || await domains.FindAsync(wanted) is not { } domain)
            return ProblemsExtensions.NotFound($"domain {name}");
        var own = await certificates.FindAsync(domain.Name);
        var errors = ExplainQuery.Read(domain.Name, own is null ? "http" : "https", url, method, header ?? [], out var query);
        if (errors.Count == 0 && (await owners.FindAsync([query.Host])).GetValueOrDefault(query.Host, domain.Name) != domain.Name)
            errors["url"] = [$"{query.Host} is a domain of its own."];
        var all = await nodes.ListAsync();
        var asked = node is null ? null : all.FirstOrDefault(v => v.Node.Id == node)?.Node;
        if (node is not null && asked is null)
            errors["node"] = [$"There is no node {node}."];
        if (errors.Count > 0)
            return ProblemsExtensions.Invalid(errors);

        var steered = new SteeredDomain(Lead.Of(domain.Steering, zone.Value), TlsGate.Of(domain.Tls, own?.Present));
        var assignment = new Assignment(zone.Value, await applied.WithNewestAsync(all));
        var chosen = assignment.OfLabel(AccessName.Label(domain.Name), steered.Lead);
        var named = assignment.Named(chosen, steered.Gate);
        asked ??= named.Count > 0 ? named[0] : null;
        var (note, problem) = asked is null
            ? new EdgeAnswer<NodeNote>(null, "DNS names no node for this domain now; ask one by its id.")
            : await edges.AskAsync<NodeNote>(asked, query.ForNode(), cancellation);
        return TypedResults.Ok(new ExplainResponse(
            domain.Name, query.Method, query.Url, [.. named.Select(n => new AssignedNode(n.Id, n.Addresses))],
            assignment.Awaits(steered, chosen, named),
            await ShownAsync(note, domain.Name, own, certificates), note?.ToExplanation(),
            note is null ? problem ?? $"{asked!.Id} can't explain; it is of an older version." : null));
    }

    // Whose certificate it is, is the node's to say; without one it is the domain's own.
    private static async Task<ExplainedCertificate?> ShownAsync(
        NodeNote? note, string domain, StoredCertificate? own, CertificateStore certificates) => note switch
        {
            { Certificate: { } other } when other != domain =>
                await certificates.FindAsync(other) is { } found ? ExplainedCertificate.From(other, found.Summary) : null,
            { Certificate: null } => null,
            _ => own is null ? null : ExplainedCertificate.From(domain, own.Summary),
        };
}
