using System.Globalization;
using System.Threading.RateLimiting;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Core.Identities;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.RateLimiting;

/// <summary>
/// A token bucket for each caller and kind of request, for each address when there is no caller. Its size is one minute's quota, and it fills
/// evenly. Every limited answer says how much is left (draft-ietf-httpapi-ratelimit-headers).
/// </summary>
internal sealed class RateLimits : IDisposable
{
    private const string Policy = "RateLimit-Policy";
    private const string Left = "RateLimit";
    private const int Window = 60;

    // Whoever watches over the process must always be answered.
    private static readonly string[] Exempt = ["/healthz", "/readyz"];

    private readonly Quota _reads;
    private readonly Quota _writes;
    private readonly Quota _anonymous;

    public RateLimits(IOptions<RateLimitOptions> options)
    {
        Quota New(string name, int perMinute) => new(name, (int)Math.Min(RateLimitOptions.Most, (long)perMinute * options.Value.Factor));
        _reads = New("reads", options.Value.Reads);
        _writes = New("writes", options.Value.Writes);
        _anonymous = New("anonymous", options.Value.Anonymous);
        Limiter = PartitionedRateLimiter.Create<HttpContext, (string, string)>(Partition);
    }

    public PartitionedRateLimiter<HttpContext> Limiter { get; }

    /// <summary>Puts what is left on the answer, as late as possible: the exception handler takes header fields away.</summary>
    public void Tell(HttpContext context)
    {
        if (QuotaOf(context) is not { PerMinute: > 0 } quota || Limiter.GetStatistics(context) is not { } statistics)
            return;
        var left = statistics.CurrentAvailablePermits;
        var untilFull = (((quota.PerMinute - left) * Window) + quota.PerMinute - 1) / quota.PerMinute;
        context.Response.Headers[Policy] = quota.Policy;
        context.Response.Headers[Left] = string.Create(CultureInfo.InvariantCulture, $"\"{quota.Name}\";r={left};t={untilFull}");
    }

    /// <summary>Tells a request that comes too early when to come again.</summary>
    public static async ValueTask RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var span) ? (int)Math.Ceiling(span.TotalSeconds) : 1;
        context.Response.Headers.RetryAfter = Math.Max(1, wait).ToString(CultureInfo.InvariantCulture);
        await ProblemsExtensions.Of(ProblemType.TooManyRequests, "The quota in RateLimit-Policy is used up for now.").ExecuteAsync(context);
    }

    public void Dispose() => Limiter.Dispose();

    private RateLimitPartition<(string, string)> Partition(HttpContext context)
    {
        if (QuotaOf(context) is not { PerMinute: > 0 } quota)
            return RateLimitPartition.GetNoLimiter(("", ""));
        var who = context.User.FindCaller()?.Identity ?? ClientNetwork.Of(context.Connection.RemoteIpAddress);
        return RateLimitPartition.GetTokenBucketLimiter((quota.Name, who), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = quota.PerMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(Window) / quota.PerMinute,
            QueueLimit = 0,
        });
    }

    private Quota? QuotaOf(HttpContext context) =>
        Exempt.Contains(context.Request.Path.Value) ? null
        : context.User.FindCaller() is null ? _anonymous
        : HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? _reads
        : _writes;

    private sealed record Quota(string Name, int PerMinute)
    {
        public string Policy { get; } = string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";q={PerMinute};w={Window}");
    }
}

internal static class RateLimitsExtensions
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.AddRateLimiter(limiter => limiter.OnRejected = (rejected, _) => RateLimits.RefuseAsync(rejected.HttpContext, rejected.Lease));
        builder.Services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>()
            .Configure<RateLimits>((limiter, limits) => limiter.GlobalLimiter = limits.Limiter);
    }

    /// <summary>Comes after authentication, which says whose quota it is, and before everything that costs more.</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            context.Response.OnStarting(static state =>
            {
                var context = (HttpContext)state;
                context.RequestServices.GetRequiredService<RateLimits>().Tell(context);
                return Task.CompletedTask;
            }, context);
            return next(context);
        });
        app.UseRateLimiter();
    }
}
