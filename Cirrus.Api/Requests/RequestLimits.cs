using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Cirrus.Api.Requests;

/// <summary>What a request may look like: size, depth, and no field that we do not know.</summary>
internal static class RequestLimits
{
    /// <summary>In octets: a purge of 1,000 URLs of a thousand octets each fits.</summary>
    public const int MaxBody = 1024 * 1024;
    private const int MaxDepth = 16;

    // A client that is still sending gets its answer instead of a reset: up to here the server reads on and throws away.
    private const int MaxDrained = 64 * 1024 * 1024;

    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxDrained;
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
    }

    public static void UseRequestLimits(this WebApplication app) => app.Use((context, next) =>
    {
        // A route with a limit of its own: routing has set it already.
        if (context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null)
            return next(context);
        if (context.Request.ContentLength > MaxBody)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBody;
        return next(context);
    });
}
