using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every process of Cirrus has: Redis, telemetry, health.</summary>
public static class ServiceDefaultsExtensions
{
    private const string Live = "live";
    private static readonly string[] HealthPaths = ["/healthz", "/readyz"];
    private static readonly ExplicitBucketHistogramConfiguration Durations = new() { Boundaries = [0.01, 0.1, 1, 10] };

    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddDefaultSettings();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddRedisClient("redis", configureOptions: ReconnectSoon);
        builder.ConfigureOpenTelemetry();
        builder.Services.AddHealthChecks()
            .AddCheck("self", () => HealthCheckResult.Healthy(), [Live])
            .AddCheck<RedisHealthCheck>("redis");
        return builder;
    }

    // First among the sources, so that any setting of the operator's wins.
    private static void AddDefaultSettings(this IHostApplicationBuilder builder) => builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            ["Logging:LogLevel:StackExchange.Redis"] = "Warning",
            ["Logging:LogLevel:System.Net.Http"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
            // What fails is in the answer of /readyz; a trace each second says no more.
            ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
            ["Logging:Console:FormatterName"] = "simple",
            ["Logging:Console:FormatterOptions:SingleLine"] = "true",
            // Aspire's own check waits as long as a command does; ours does not.
            ["Aspire:StackExchange:Redis:DisableHealthChecks"] = "true",
        },
    });

    /// <summary>Logs, metrics and traces go to an OTLP endpoint when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one.</summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // Spans and measurements that nobody collects would still be made, in every request.
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return builder;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter(builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation(o => o.Filter = context => !HealthPaths.Contains(context.Request.Path.Value))
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
        return builder;
    }

    /// <summary>What a meter of this process measures goes to <c>/metrics</c> too, for Prometheus; the application maps it. It needs no credential.</summary>
    public static TBuilder AddMetricsEndpoint<TBuilder>(this TBuilder builder, string meter)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(meter)
            .AddView(instrument => instrument.Meter.Name == meter && instrument is Histogram<double> ? Durations : null)
            .AddPrometheusExporter(o =>
            {
                // As things are, not as they were when somebody asked last; and nothing but what is measured.
                o.ScrapeResponseCacheDurationMilliseconds = 0;
                o.ScopeInfoEnabled = false;
                o.TargetInfoEnabled = false;
            }));
        return builder;
    }

    /// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can do its work; names what fails. Neither needs a credential.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live) });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteReportAsync });
        return app;
    }

    // By default a start without Redis takes ten seconds, and the client waits longer and longer before it tries again.
    private static void ReconnectSoon(ConfigurationOptions options)
    {
        options.ConnectTimeout = 2_000;
        options.ConnectRetry = 1;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        // The client's own ten threads hand every answer over to these.
        options.SocketManager = SocketManager.ThreadPool;
    }

    private static Task WriteReportAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Description ?? e.Value.Status.ToString()),
    });
}
