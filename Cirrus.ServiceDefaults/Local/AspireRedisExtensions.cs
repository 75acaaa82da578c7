using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Stands in for Aspire.StackExchange.Redis where Aspire's packages can't be restored: same name, same behaviour, the subset we call.</summary>
public static class AspireRedisExtensions
{
    /// <summary>Registers a lazy <see cref="IConnectionMultiplexer"/> for <c>ConnectionStrings:{name}</c>.</summary>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder, string connectionName, Action<ConfigurationOptions>? configureOptions = null)
    {
        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
        {
            var options = ConfigurationOptions.Parse(builder.Configuration.GetConnectionString(connectionName) ?? "");
            if (options.EndPoints.Count == 0)
            {
                throw new InvalidOperationException(
                    $"No endpoints specified. Ensure a valid connection string was provided in 'ConnectionStrings:{connectionName}'.");
            }
            options.AbortOnConnectFail = false;
            options.LoggerFactory = services.GetRequiredService<ILoggerFactory>();
            configureOptions?.Invoke(options);
            return ConnectionMultiplexer.Connect(options);
        });
    }
}
