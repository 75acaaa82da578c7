using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Redis in a container.</summary>
public static class RedisBuilderExtensions
{
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        var secret = password?.Resource ?? builder.GeneratedPassword($"{name}-password");
        var redis = new RedisResource(name, secret) { Entrypoint = "/bin/sh" };
        return builder.AddResource(redis)
            .WithEndpoint(port: port, targetPort: 6379, name: RedisResource.PrimaryEndpointName, scheme: "redis")
            .WithAnnotation(new ContainerImageAnnotation("library/redis", "8.6", "docker.io"))
            .WithEnvironment(context => context.EnvironmentVariables["REDIS_PASSWORD"] = secret)
            .WithArgs(context =>
            {
                List<string> command = ["redis-server", "--requirepass", "$REDIS_PASSWORD"];
                if (redis.Annotations.OfType<PersistenceAnnotation>().LastOrDefault() is { } persistence)
                    command.AddRange(["--save", persistence.Seconds, persistence.Changes]);
                if (context.ExecutionContext.IsPublishMode)
                    command = ["-c", string.Join(' ', command)];
                foreach (var word in command)
                    context.Args.Add(word);
            });
    }

    /// <summary>Keeps the data in a volume, and turns snapshots on.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false)
    {
        builder.WithVolume(name ?? $"{builder.Resource.Name}-data", "/data", isReadOnly);
        return isReadOnly ? builder : builder.WithPersistence();
    }

    /// <summary>Snapshots after <paramref name="interval"/> (default a minute) with so many changed keys.</summary>
    public static IResourceBuilder<RedisResource> WithPersistence(
        this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1) =>
        builder.WithAnnotation(new PersistenceAnnotation(
            (interval ?? TimeSpan.FromMinutes(1)).TotalSeconds.ToString(CultureInfo.InvariantCulture),
            keysChangedThreshold.ToString(CultureInfo.InvariantCulture)));

    private sealed record PersistenceAnnotation(string Seconds, string Changes) : IResourceAnnotation;
}
