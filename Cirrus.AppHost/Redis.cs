using Cirrus.AppHost.Health;

namespace Cirrus.AppHost;

/// <summary>The one store. Its append-only file is flushed on every write: what was accepted is never lost.</summary>
internal static class Redis
{
    // No snapshots beside the file, and written anew only when it has grown by much: both cost the writers (docs/decisions/0027).
    private static readonly string[] AppendOnly =
        ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-min-size", "512mb"];

    public static IResourceBuilder<IResourceWithConnectionString> AddRedisStore(this IDistributedApplicationBuilder builder, string name)
    {
        var password = builder.AddSecret($"{name}-password");
        var port = builder.PortOrOther("Redis", 6379);
        return builder.UsesContainers()
            ? builder.AddRedis(name, port, password).WithDataVolume($"cirrus-{name}").WithAppendOnlyFile()
            : builder.AddRedisServer(name, port, password);
    }

    private static IResourceBuilder<RedisResource> WithAppendOnlyFile(this IResourceBuilder<RedisResource> redis) => redis.WithArgs(context =>
    {
        // Published, the whole command line is one text for a shell.
        if (context.Args is ["-c", string command])
        {
            context.Args[1] = $"{command} {string.Join(' ', AppendOnly.Select(a => a.Length == 0 ? "''" : a))}";
            return;
        }

        foreach (var argument in AppendOnly)
            context.Args.Add(argument);
    });

    private static IResourceBuilder<RedisServerResource> AddRedisServer(
        this IDistributedApplicationBuilder builder, string name, int? port, IResourceBuilder<ParameterResource> password)
    {
        var command = builder.RepositoryPath("deploy/redis/bin/redis");
        var redis = new RedisServerResource(name, command, Path.GetDirectoryName(command)!, password.Resource);
        return builder.AddResource(redis)
            .WithEndpoint(port: port, targetPort: port, scheme: "redis", name: RedisServerResource.EndpointName, isProxied: false)
            .WithEndpoint(RedisServerResource.EndpointName, endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithArgs(AppendOnly)
            .WithEnvironment("REDIS_PASSWORD", password)
            .WithEnvironment("CIRRUS_REDIS_LISTEN", "127.0.0.1")
            .WithEnvironment("CIRRUS_REDIS_PORT", redis.Endpoint.Property(EndpointProperty.TargetPort))
            .WithEnvironment("CIRRUS_REDIS_DATA", builder.DataPath(name))
            .WithCheck(new RedisCheck(redis));
    }
}
