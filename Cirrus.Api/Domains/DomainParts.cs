using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>The origins of a domain.</summary>
/// <param name="Origins">With PUT all of them: they replace those there are.</param>
public sealed record UpstreamsRequest(IReadOnlyList<OriginRequest>? Origins);

/// <summary>How a domain is cached; what is left out stays as it is.</summary>
/// <param name="Rules">All of them: they replace those there are.</param>
public sealed record CacheRulesRequest(bool? CacheEnable, IReadOnlyList<RuleRequest>? Rules);

/// <summary>Header fields set on requests to the origin.</summary>
/// <param name="UpstreamHeaders">All of them: they replace those there are.</param>
public sealed record HeadersRequest(IReadOnlyDictionary<string, string>? UpstreamHeaders);

/// <summary>What a domain wants of TLS.</summary>
public sealed record DomainTlsRequest
{
    /// <summary>All of it: it replaces what there is; null: the domain does not ask for TLS.</summary>
    [JsonRequired]
    public TlsRequest? Tls { get; init; }
}

/// <summary>The origins of a domain.</summary>
public sealed record UpstreamsResponse(IReadOnlyList<Origin> Origins);

/// <summary>How a domain is cached.</summary>
public sealed record CacheRulesResponse(bool CacheEnable, IReadOnlyList<CacheRule> Rules);

/// <summary>Header fields set on requests to the origin.</summary>
public sealed record HeadersResponse(IReadOnlyDictionary<string, string> UpstreamHeaders);

/// <summary>What a domain wants of TLS.</summary>
/// <param name="Tls">Null: it does not ask for TLS.</param>
public sealed record DomainTlsResponse(DomainTls? Tls);

/// <summary>
/// Parts of a domain as resources of their own. A write replaces that part of the document and then goes the way of the whole, so its rules, its
/// revision and its entity tag are the domain's.
/// </summary>
internal static class DomainParts
{
    public static void MapDomainParts(this RouteGroupBuilder domains)
    {
        domains.MapGet("/{name}/upstreams", GetUpstreams).Reads().WithName("getUpstreams").WithSummary("The origins of a domain");
        domains.MapPut("/{name}/upstreams", PutUpstreams).Writes().WithName("putUpstreams").WithSummary("Replace the origins of a domain");
        domains.MapGet("/{name}/cache-rules", GetCacheRules).Reads().WithName("getCacheRules").WithSummary("How a domain is cached");
        domains.MapPut("/{name}/cache-rules", PutCacheRules).Writes().WithName("putCacheRules").WithSummary("Change how a domain is cached");
        domains.MapGet("/{name}/headers", GetHeaders).Reads().WithName("getHeaders").WithSummary("The header fields towards a domain's origins");
        domains.MapPut("/{name}/headers", PutHeaders).Writes().WithName("putHeaders")
            .WithSummary("Replace the header fields towards a domain's origins");
        domains.MapGet("/{name}/tls", GetTls).Reads().WithName("getTls").WithSummary("What a domain wants of TLS");
        domains.MapPut("/{name}/tls", PutTls).Writes().WithName("putTls").WithSummary("Change what a domain wants of TLS");
    }

    private static RouteHandlerBuilder Reads(this RouteHandlerBuilder route) =>
        route.For(Role.Viewer).HasETag().Produces(StatusCodes.Status304NotModified);

    // The whole document is validated as it would become; twice would say the same twice.
    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route) =>
        route.For(Role.Operator).MakesChange().HasETag().DisableValidation();

    private static Task<Results<Ok<UpstreamsResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetUpstreams(
        string name, HttpContext context, DomainStore store) => ShowAsync(name, context, store, Upstreams);

    private static Task<Results<Ok<CacheRulesResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetCacheRules(
        string name, HttpContext context, DomainStore store) => ShowAsync(name, context, store, CacheRules);

    private static Task<Results<Ok<HeadersResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetHeaders(
        string name, HttpContext context, DomainStore store) => ShowAsync(name, context, store, Headers);

    private static Task<Results<Ok<DomainTlsResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetTls(
        string name, HttpContext context, DomainStore store) => ShowAsync(name, context, store, Tls);

    private static async Task<Results<Ok<UpstreamsResponse>, ValidationProblem, ProblemHttpResult>> PutUpstreams(
        string name, UpstreamsRequest request, HttpContext context, DomainWriting writing, IOptions<JsonOptions> json) =>
        (await writing.EditAsync(context, name, Replace("origins", request.Origins, json))).Shown(Upstreams);

    private static async Task<Results<Ok<CacheRulesResponse>, ValidationProblem, ProblemHttpResult>> PutCacheRules(
        string name, CacheRulesRequest request, HttpContext context, DomainWriting writing, IOptions<JsonOptions> json) =>
        (await writing.EditAsync(context, name, document =>
        {
            if (request.CacheEnable is { } cacheEnable)
                document["cacheEnable"] = cacheEnable;
            return request.Rules is { } rules ? Replace("rules", rules, json)(document) : document;
        })).Shown(CacheRules);

    private static async Task<Results<Ok<HeadersResponse>, ValidationProblem, ProblemHttpResult>> PutHeaders(
        string name, HeadersRequest request, HttpContext context, DomainWriting writing, IOptions<JsonOptions> json) =>
        request.UpstreamHeaders is { } fields
            ? (await writing.EditAsync(context, name, Replace("upstreamHeaders", fields, json))).Shown(Headers)
            : ProblemsExtensions.Invalid("upstreamHeaders", "The header fields are required; {} for none.");

    private static async Task<Results<Ok<DomainTlsResponse>, ValidationProblem, ProblemHttpResult>> PutTls(
        string name, DomainTlsRequest request, HttpContext context, DomainWriting writing, IOptions<JsonOptions> json) =>
        (await writing.EditAsync(context, name, Replace("tls", request.Tls, json))).Shown(Tls);

    private static UpstreamsResponse Upstreams(CdnDomain domain) => new(domain.Origins);

    private static CacheRulesResponse CacheRules(CdnDomain domain) => new(domain.CacheEnable, domain.Rules);

    private static HeadersResponse Headers(CdnDomain domain) => new(domain.UpstreamHeaders);

    private static DomainTlsResponse Tls(CdnDomain domain) => new(domain.Tls);

    private static Func<JsonObject, JsonNode?> Replace<T>(string field, T value, IOptions<JsonOptions> json) => document =>
    {
        document[field] = JsonSerializer.SerializeToNode(value, json.Value.SerializerOptions);
        return document;
    };

    private static async Task<Results<Ok<T>, StatusCodeHttpResult, ProblemHttpResult>> ShowAsync<T>(
        string path, HttpContext context, DomainStore store, Func<CdnDomain, T> view)
    {
        if (await DomainEndpoints.FindAsync(path, store) is not { } domain)
            return ProblemsExtensions.NotFound($"domain {path}");
        context.SetETag(domain.Revision);
        return context.IsNotModified(domain.Revision) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(view(domain));
    }
}
