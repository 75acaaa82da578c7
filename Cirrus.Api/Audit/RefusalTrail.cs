using System.Threading.Channels;
using Cirrus.Api.Identities;
using Cirrus.Api.Requests;
using Cirrus.Core.Audit;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Audit;

/// <summary>
/// Sees which unsafe requests are refused, whoever refused them. The answer does not wait for their audit entries: those are queued here and
/// written by <see cref="RefusalWriter"/>.
/// </summary>
internal sealed class RefusalTrail(RefusalQuota quota, TimeProvider time)
{
    private const int MostWaiting = 1000;
    private const int LongestKey = 253;

    private readonly Channel<Refusal> _waiting = Channel.CreateBounded<Refusal>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    public ChannelReader<Refusal> Waiting => _waiting.Reader;

    public Task ObserveAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path.StartsWithSegments("/api") && !IsSafe(context.Request.Method) ? ObserveUnsafeAsync(context, next) : next(context);

    /// <summary>Also for what is refused inside a request that is answered with 200.</summary>
    public void Add(Refusal refusal)
    {
        var now = time.GetUtcNow();
        if (quota.Admit(refusal, now) && !_waiting.Writer.TryWrite(refusal))
            quota.LeaveOut(refusal, now);
    }

    private async Task ObserveUnsafeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        // Kept now, for the exception handler forgets both.
        var route = context.GetEndpoint() as RouteEndpoint;
        var key = (request.RouteValues["name"] ?? request.RouteValues["id"]) as string ?? "";
        await next(context);

        if (IsRefusal(context.Response.StatusCode) && route?.Metadata.GetMetadata<AuditsItself>() is null)
            Add(Describe(context, route, RefusalReason.Line(key, LongestKey)));
    }

    private static Refusal Describe(HttpContext context, RouteEndpoint? route, string key)
    {
        var address = context.Connection.RemoteIpAddress;
        var caller = context.User.FindCaller();
        return new Refusal(
            new Actor(caller?.Name ?? Refusal.Anonymous, context.TraceIdentifier, "", address?.ToString() ?? ""),
            caller?.Identity ?? ClientNetwork.Of(address),
            // A group's own route is written with a slash at its end, and asked for without.
            $"{context.Request.Method} {route?.RoutePattern.RawText?.TrimEnd('/') ?? "(no such route)"}",
            key,
            RefusalReason.Of(
                context.Response.StatusCode, context.Features.Get<ProblemDetails>(), context.Features.Get<IExceptionHandlerFeature>() is not null));
    }

    // RFC 9110 section 9.2.1.
    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    // 499 is what the framework notes when the client went away: nothing was refused.
    private static bool IsRefusal(int status) => status is >= 400 and < 500 and not StatusCodes.Status499ClientClosedRequest;
}

internal static class RefusalTrailExtensions
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RefusalOptions>().BindConfiguration(RefusalOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton<AuditTrail>()
            .AddSingleton<AuditVerifier>()
            .AddSingleton(services => new RefusalQuota(services.GetRequiredService<IOptions<RefusalOptions>>().Value))
            .AddSingleton<RefusalTrail>()
            .AddHostedService<RefusalWriter>();
    }

    /// <summary>Comes before all that may refuse a request or change its answer.</summary>
    public static void UseRefusalTrail(this WebApplication app)
    {
        var trail = app.Services.GetRequiredService<RefusalTrail>();
        app.Use(next => context => trail.ObserveAsync(context, next));
    }
}
