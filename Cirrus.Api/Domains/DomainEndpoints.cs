using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Json;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary><c>/api/v1/domains</c>.</summary>
internal static class DomainEndpoints
{
    public static void AddDomains(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PreconditionOptions>().BindConfiguration(PreconditionOptions.Section);
        builder.Services.AddSingleton<DomainStore>().AddSingleton<CertificatePresence>().AddSingleton<DomainValidation>().AddSingleton<DomainWriting>().AddSingleton<DomainImport>();
    }

    public static void MapDomains(this IEndpointRouteBuilder routes)
    {
        var domains = routes.MapGroup("/domains").WithTags("Domains").CheckDomainInPath();
        domains.MapGet("/", ListDomains).For(Role.Viewer).WithName("listDomains").WithSummary("Domains in order of name");
        domains.MapPost("/", CreateDomain).For(Role.Operator).MakesChange().HasETag().MayAnswer(ProblemType.AlreadyExists)
            .AnswersAgain((context, writes) => Created(context, writes[0].Domain, writes[0].Change))
            .WithName("createDomain").WithSummary("Create a domain");
        domains.MapGet("/{name}", GetDomain).For(Role.Viewer).HasETag().Produces(StatusCodes.Status304NotModified)
            .WithName("getDomain").WithSummary("One domain");
        domains.MapPut("/{name}", PutDomain).For(Role.Operator).MakesChange().HasETag()
            .WithName("putDomain").WithSummary("Create or replace a domain");
        domains.MapPatch("/{name}", PatchDomain).For(Role.Operator).MakesChange().HasETag()
            .Accepts<JsonElement>(MergePatch.MediaType, "application/json").TakesPatchOf<DomainRequest>()
            .WithName("patchDomain").WithSummary("Change parts of a domain by a merge patch (RFC 7396)");
        domains.MapDelete("/{name}", DeleteDomain).For(Role.Operator).MakesChange().HasETag()
            .WithName("deleteDomain").WithSummary("Delete a domain and its certificate");
        domains.MapGet("/{name}/cname", GetCname).For(Role.Viewer)
            .WithName("getDomainCname").WithSummary("What the customer's CNAME points at, and whom DNS names for it");
        domains.MapDomainParts();
        domains.MapDomainHistory();
        domains.MapDomainValidation();
        domains.MapDomainTransfer();
    }

    /// <summary>Whether a name is shown to the caller; null: all are.</summary>
    public static Func<string, bool>? Shown(this Caller caller) => caller.Domains is null ? null : caller.Covers;

    private static async Task<Ok<Page<DomainResponse>>> ListDomains(
        HttpContext context, DomainStore store,
        [Range(1, 1000, ErrorMessage = "A limit is between 1 and 1000.")] int limit = 100, string after = "", [NamePrefix] string q = "")
    {
        var (items, next) = await store.ListAsync(after, limit, q.ToLowerInvariant(), context.Caller().Shown());
        return TypedResults.Ok(new Page<DomainResponse>([.. items.Select(context.Show)], next));
    }

    private static async Task<Results<Created<DomainResponse>, ValidationProblem, ProblemHttpResult>> CreateDomain(
        DomainRequest request, HttpContext context, DomainStore store, TimeProvider time, IOptions<ZoneOptions> zone)
    {
        if (DomainNames.Problem(request.Name ?? "", zone.Value, out var name) is { } problem)
            return ProblemsExtensions.Invalid("name", problem);
        if (!context.Caller().Covers(name))
            return ProblemsExtensions.NotYours(name);
        if (request.ErrorsFor(name, null, context.Caller()) is { Count: > 0 } errors)
            return ProblemsExtensions.Invalid(errors);

        var domain = request.ToDomain(name, null, time.GetUtcNow(), context.Actor().Name);
        var written = await store.PutAsync(domain, context.Actor());
        if (!written.Accepted)
            return ProblemsExtensions.AlreadyExists(name);
        return Created(context, domain with { Revision = written.Revision }, written.Change);
    }

    private static Created<DomainResponse> Created(HttpContext context, CdnDomain domain, ChangeId change)
    {
        context.SetChange(change);
        context.SetETag(domain.Revision);
        return TypedResults.Created($"/api/v1/domains/{domain.Name}", context.Show(domain));
    }

    private static async Task<Results<Ok<DomainResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetDomain(
        string name, HttpContext context, DomainStore store)
    {
        if (await FindAsync(name, store) is not { } found)
            return ProblemsExtensions.NotFound($"domain {name}");
        context.SetETag(found.Revision);
        return context.IsNotModified(found.Revision)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(context.Show(found));
    }

    private static async Task<Results<Ok<DomainResponse>, Created<DomainResponse>, ValidationProblem, ProblemHttpResult>> PutDomain(
        [FromRoute(Name = "name")] string path, DomainRequest request, HttpContext context, DomainWriting writing, IOptions<ZoneOptions> zone)
    {
        if (DomainNames.Problem(path, zone.Value, out var name) is { } problem)
            return ProblemsExtensions.Invalid("name", problem);
        if (DomainWriting.IsAnotherName(request.Name, name))
            return ProblemsExtensions.Invalid(DomainWriting.NotRenamed());

        var (domain, invalid, refusal) = await writing.PutAsync(context, name, request);
        if (domain is null)
            return invalid is not null ? invalid : refusal!;
        var response = context.Show(domain);
        return domain.CreatedAt == domain.UpdatedAt ? TypedResults.Created($"/api/v1/domains/{name}", response) : TypedResults.Ok(response);
    }

    private static async Task<Results<Ok<DomainResponse>, ValidationProblem, ProblemHttpResult>> PatchDomain(
        string name, [FromBody] JsonElement patch, HttpContext context, DomainWriting writing)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return ProblemsExtensions.Invalid("body", "A merge patch of a domain is a JSON object.");
        if (!ReadableText.IsIn(patch))
            return ProblemsExtensions.Invalid("body", ReadableText.Rule);
        // What the patch does not say of the revision, the stored document does, and that is no condition.
        int? revision = null;
        if (patch.TryGetProperty("revision", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind != JsonValueKind.Number || !given.TryGetInt32(out var number))
                return ProblemsExtensions.Invalid("revision", "The value has the wrong type or range.");
            revision = number;
        }
        var changes = JsonObject.Create(patch);
        return (await writing.EditAsync(context, name, document => MergePatch.Apply(document, changes), revision))
            .Shown(context.Show);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteDomain(string name, HttpContext context, DomainWriting writing) =>
        await writing.DeleteAsync(context, name) is { } refusal ? refusal : TypedResults.NoContent();

    private static async Task<Results<Ok<CnameResponse>, ProblemHttpResult>> GetCname(
        string name, DomainStore domains, CertificatePresence certificates, NodeStore nodes, AppliedLog applied, IOptions<ZoneOptions> zone)
    {
        if (await FindAsync(name, domains) is not { } domain)
            return ProblemsExtensions.NotFound($"domain {name}");

        var steered = new SteeredDomain(
            Lead.Of(domain.Steering, zone.Value), TlsGate.Of(domain.Tls, await certificates.FindAsync(domain.Name)));
        var assignment = new Assignment(zone.Value, await applied.WithNewestAsync(await nodes.ListAsync()));
        var chosen = assignment.OfLabel(AccessName.Label(domain.Name), steered.Lead);
        var named = assignment.Named(chosen, steered.Gate);
        return TypedResults.Ok(new CnameResponse(
            AccessName.For(domain.Name, zone.Value.Name), steered.Lead.Ttl,
            [.. named.Select(n => new AssignedNode(n.Id, n.Addresses))], assignment.Awaits(steered, chosen, named)));
    }

    public static async Task<CdnDomain?> FindAsync(string path, DomainStore store) =>
        DomainNames.InPath(path) is { } name ? await store.FindAsync(name) : null;
}
