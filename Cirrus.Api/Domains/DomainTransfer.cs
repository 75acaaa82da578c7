using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Redis;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;
using MinDataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace Cirrus.Api.Domains;

/// <summary>A domain as an export carries it: what an operator decides of it, so that an import elsewhere, or later, takes it as it is.</summary>
public sealed record ExportedDomain : DomainFeatures
{
    private ExportedDomain(CdnDomain domain)
        : base(domain)
    {
    }

    public required string Name { get; init; }

    public required IReadOnlyList<Origin> Origins { get; init; }

    public required IReadOnlyDictionary<string, string> UpstreamHeaders { get; init; }

    public required bool CacheEnable { get; init; }

    public required IReadOnlyList<CacheRule> Rules { get; init; }

    /// <summary>Absent: it does not ask for TLS.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DomainTls? Tls { get; init; }

    internal static ExportedDomain From(CdnDomain domain) => new(domain)
    {
        Name = domain.Name,
        Origins = domain.Origins,
        UpstreamHeaders = domain.UpstreamHeaders,
        CacheEnable = domain.CacheEnable,
        Rules = domain.Rules,
        Tls = domain.Tls,
    };
}

/// <summary><c>/domains/export</c> and <c>/domains/import</c>: all domains as newline-delimited JSON, streamed.</summary>
internal static class DomainTransfer
{
    private const string NdjsonType = "application/x-ndjson";
    private const int Page = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public static void MapDomainTransfer(this RouteGroupBuilder domains)
    {
        domains.MapGet("/export", ExportDomains).For(Role.Viewer)
            .Produces<ExportedDomain>(StatusCodes.Status200OK, NdjsonType)
            .WithName("exportDomains").WithSummary("All domains, one a line");
        domains.MapPost("/import", ImportDomains).For(Role.Operator)
            .Accepts<DomainRequest>(NdjsonType).Produces<ImportResult>(StatusCodes.Status200OK, NdjsonType).EndsInLine<ImportEnd>()
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithMetadata(new NoIdempotency("An import takes no Idempotency-Key: the same file again changes nothing."))
            .WithName("importDomains").WithSummary("Write many domains, one a line; each line is answered by one");
    }

    private static PushStreamHttpResult ExportDomains(
        HttpContext context, DomainStore store, IOptions<JsonOptions> json, [NamePrefix] string q = "") => TypedResults.Stream(async output =>
        {
            var caller = context.Caller();
            var shown = caller.Shown();
            for (var next = ""; next is not null;)
            {
                (var page, next) = await store.ListAsync(next, Page, q.ToLowerInvariant(), shown);
                foreach (var d in page.Select(d => d.SeenBy(caller)))
                {
                    await JsonSerializer.SerializeAsync(output, ExportedDomain.From(d), json.Value.SerializerOptions, context.RequestAborted);
                    await output.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
                }
            }
        }, NdjsonType);

    private static async Task<EmptyHttpResult> ImportDomains(
        HttpContext context, DomainImport import, IOptions<JsonOptions> json, bool dryRun = false)
    {
        var totals = new ImportTotals(0, 0, 0, 0, 0);
        ImportProblem? problem = null;
        context.Response.ContentType = NdjsonType;
        // Whoever makes the lines as they go may take their time.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(bytesPerSecond: 1, gracePeriod: Pause);
        try
        {
            await foreach (var results in import.RunAsync(context.Request.Body, context.Caller(), context.Actor(), dryRun, context.RequestAborted))
            {
                totals = results.Aggregate(totals, (sum, r) => sum.With(r.Status));
                await WriteLinesAsync(context, results, json);
            }
        }
        // Before the first line an error is answered like any other; after it, only a line can tell.
        catch (Exception e) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && Of(e) is { } known)
        {
            problem = known;
        }
        await WriteLinesAsync(context, [new ImportEnd(totals, dryRun, problem is null, problem)], json);
        return TypedResults.Empty;
    }

    private static ImportProblem? Of(Exception exception) => exception switch
    {
        BadHttpRequestException bad => ImportProblem.Of(ProblemType.Invalid, bad.Message),
        _ when exception.IsRedisAway() => ImportProblem.Of(
            ProblemType.StoreUnavailable,
            "The store does not answer. The lines from here on may or may not have been accepted; send the file again."),
        _ => null,
    };

    private static async Task WriteLinesAsync<T>(HttpContext context, IReadOnlyList<T> lines, IOptions<JsonOptions> json)
    {
        var output = context.Response.BodyWriter;
        using (var writer = new Utf8JsonWriter(output))
        {
            foreach (var line in lines)
            {
                JsonSerializer.Serialize(writer, line, json.Value.SerializerOptions);
                await writer.FlushAsync(context.RequestAborted);
                output.Write("\n"u8);
                writer.Reset(output);
            }
        }
        // Waits while the client is slow to read, and so does everything before it.
        await output.FlushAsync(context.RequestAborted);
    }
}
