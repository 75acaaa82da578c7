using System.Text.Json.Serialization;
using Cirrus.Api.Changes;
using Cirrus.Api.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Validation;

namespace Cirrus.Api.Requests;

/// <summary>What a request may look like: size, depth, and no field that we do not know.</summary>
internal static class RequestLimits
{
    /// <summary>In octets: a purge of 1,000 URLs of a thousand octets each fits.</summary>
    public const int MaxBody = 1024 * 1024;
    private const int MaxDepth = 16;

    /// <summary>Path and query, in octets.</summary>
    public const int MaxTarget = 8 * 1024;

    /// <summary>Names and values of all header fields, in octets.</summary>
    public const int MaxHeaders = 16 * 1024;
    public const int MaxHeaderFields = 64;

    // What exceeds these is refused by the server itself, without a problem: so they are larger than the limits that are told.
    private const int HardMaxRequestLine = 4 * MaxTarget;
    private const int HardMaxHeaders = 4 * MaxHeaders;
    private const int HardMaxHeaderFields = 4 * MaxHeaderFields;
    private const string Plain = "identity";
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    // A client that is still sending gets its answer instead of a reset: up to here the server reads on and throws away.
    private const int MaxDrained = 64 * 1024 * 1024;

    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxDrained;
            kestrel.Limits.MaxRequestLineSize = HardMaxRequestLine;
            kestrel.Limits.MaxRequestHeadersTotalSize = HardMaxHeaders;
            kestrel.Limits.MaxRequestHeaderCount = HardMaxHeaderFields;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        });
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.MaxDepth = MaxDepth;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.Converters.Add(new ChangeIdConverter());
        });
        builder.Services.AddValidation();
#pragma warning disable ASP0029 // as in KeptRules
        builder.Services.PostConfigure<ValidationOptions>(KeptRules.Keep);
#pragma warning restore ASP0029
    }

    /// <summary>Comes after authentication: a refused attempt is noted under the caller's name.</summary>
    public static void UseRequestLimits(this WebApplication app) => app.Use((context, next) =>
    {
        // Of a route with a body limit of its own routing has set that already.
        var ownLimit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null;
        if (Refusal(context, ownLimit) is { } refusal)
            return refusal.ExecuteAsync(context);
        if (!ownLimit)
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBody;
        return next(context);
    });

    private static ProblemHttpResult? Refusal(HttpContext context, bool ownLimit)
    {
        var request = context.Request;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.Length > MaxTarget)
            return ProblemsExtensions.Of(ProblemType.TargetTooLong, $"Path and query are longer than {MaxTarget} octets.");
        if (FieldsTooLarge(request.Headers) is { } detail)
            return ProblemsExtensions.Of(ProblemType.HeadersTooLarge, detail);
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } coding && !coding.Equals(Plain, StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9110 section 15.5.16
            context.Response.Headers.AcceptEncoding = Plain;
            return ProblemsExtensions.Of(ProblemType.UnsupportedMediaType, $"The body has the Content-Encoding {coding}. Send it without.");
        }
        return !ownLimit && request.ContentLength > MaxBody
            ? ProblemsExtensions.Of(ProblemType.TooLarge, $"The body is larger than {MaxBody} octets.")
            : null;
    }

    private static string? FieldsTooLarge(IHeaderDictionary headers)
    {
        var (fields, octets) = (0, 0);
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                (fields, octets) = (fields + 1, octets + name.Length + (value?.Length ?? 0));
        }
        return fields > MaxHeaderFields ? $"There are more than {MaxHeaderFields} header fields."
            : octets > MaxHeaders ? $"The header fields are larger than {MaxHeaders} octets."
            : null;
    }
}
