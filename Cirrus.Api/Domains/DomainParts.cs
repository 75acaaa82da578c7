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
/// <param name="OriginPolicy">All of it; <c>{}</c> for none. Left out, it stays as it is.</param>
public sealed record UpstreamsRequest(IReadOnlyList<OriginRequest>? Origins, OriginPolicyRequest? OriginPolicy = null);

/// <summary>How a domain is cached; what is left out stays as it is.</summary>
/// <param name="Rules">All of them: they replace those there are.</param>
/// <param name="Cache">All of the domain's policy; <c>{}</c> for none.</param>
public sealed record CacheRulesRequest(bool? CacheEnable, IReadOnlyList<RuleRequest>? Rules, CachePolicyRequest? Cache = null);

/// <summary>Header fields on requests to the origin, and on responses.</summary>
/// <param name="UpstreamHeaders">All that are set on requests to the origin: they replace those there are.</param>
/// <param name="Headers">All that is done to header fields; <c>{}</c> for nothing. Left out, it stays as it is.</param>
public sealed record HeadersRequest(IReadOnlyDictionary<string, string>? UpstreamHeaders, HeaderActionsRequest? Headers = null);

/// <summary>What a domain wants of TLS.</summary>
public sealed record DomainTlsRequest
{
    /// <summary>All of it: it replaces what there is; null: the domain does not ask for TLS.</summary>
    [JsonRequired]
    public TlsRequest? Tls { get; init; }
}

/// <summary>The origins of a domain.</summary>
/// <param name="OriginPolicy">Absent unless it was set.</param>
public sealed record UpstreamsResponse(
    IReadOnlyList<Origin> Origins,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OriginPolicy? OriginPolicy = null);

/// <summary>How a domain is cached.</summary>
/// <param name="Cache">Absent unless it was set.</param>
public sealed record CacheRulesResponse(
    bool CacheEnable,
    IReadOnlyList<CacheRule> Rules,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CachePolicy? Cache = null);

/// <summary>Header fields on requests to the origin, and on responses.</summary>
/// <param name="Headers">Absent unless it was set.</param>
public sealed record HeadersResponse(
    IReadOnlyDictionary<string, string> UpstreamHeaders,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HeaderActions? Headers = null);

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
        domains.MapGet("/{name}/headers", GetHeaders).Reads().WithName("getHeaders").WithSummary("What is done to header fields");
        domains.MapPut("/{name}/headers", PutHeaders).Writes().WithName("putHeaders")
            .WithSummary("Change what is done to header fields");
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
        (await writing.EditAsync(context, name, document =>
        {
            PutIfGiven(document, "originPolicy", request.OriginPolicy, json);
            return Put(document, "origins", request.Origins, json);
        })).Shown(Upstreams);

    private static async Task<Results<Ok<CacheRulesResponse>, ValidationProblem, ProblemHttpResult>> PutCacheRules(
        string name, CacheRulesRequest request, HttpContext context, DomainWriting writing, IOptions<JsonOptions> json) =>
        (await writing.EditAsync(context, name, document =>
        {
            if (request.CacheEnable is { } cacheEnable)
                document["cacheEnable"] = cacheEnable;
            PutIfGiven(document, "cache", request.Cache, json);
            return PutIfGiven(document, "rules", request.Rules, json);
        })).Shown(CacheRules);

    private static async Task<Results<Ok<HeadersResponse>, ValidationProblem, ProblemHttpResult>> PutHeaders(
        string name, HeadersRequest request, HttpContext context, DomainWriting writing, IOptions<JsonOptions> json) =>
        request.UpstreamHeaders is { } fields
            ? (await writing.EditAsync(context, name, document =>
            {
                PutIfGiven(document, "headers", request.Headers, json);
                return Put(document, "upstreamHeaders", fields, json);
            })).Shown(Headers)
            : ProblemsExtensions.Invalid("upstreamHeaders", "The header fields are required; {} for none.");

    private static async Task<Results<Ok<DomainTlsResponse>, ValidationProblem, ProblemHttpResult>> PutTls(
        string name, DomainTlsRequest request, HttpContext context, DomainWriting writing, IOptions<JsonOptions> json) =>
        (await writing.EditAsync(context, name, document => Put(document, "tls", request.Tls, json))).Shown(Tls);

    private static UpstreamsResponse Upstreams(CdnDomain domain) => new(domain.Origins, domain.OriginPolicy);

    private static CacheRulesResponse CacheRules(CdnDomain domain) => new(domain.CacheEnable, domain.Rules, domain.Cache);

    private static HeadersResponse Headers(CdnDomain domain) => new(domain.UpstreamHeaders, domain.Headers);

    private static DomainTlsResponse Tls(CdnDomain domain) => new(domain.Tls);

    private static JsonObject Put<T>(JsonObject document, string field, T value, IOptions<JsonOptions> json)
    {
        document[field] = JsonSerializer.SerializeToNode(value, json.Value.SerializerOptions);
        return document;
    }

    // What is left out stays.
    private static JsonObject PutIfGiven<T>(JsonObject document, string field, T? value, IOptions<JsonOptions> json) where T : class =>
        value is null ? document : Put(document, field, value, json);

    private static async Task<Results<Ok<T>, StatusCodeHttpResult, ProblemHttpResult>> ShowAsync<T>(
        string path, HttpContext context, DomainStore store, Func<CdnDomain, T> view)
    {
        if (await DomainEndpoints.FindAsync(path, store) is not { } domain)
            return ProblemsExtensions.NotFound($"domain {path}");
        context.SetETag(domain.Revision);
        return context.IsNotModified(domain.Revision) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(view(domain.SeenBy(context.Caller())));
    }
}
