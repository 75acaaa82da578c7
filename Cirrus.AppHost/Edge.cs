using System.Globalization;

namespace Cirrus.AppHost;

/// <summary>Edge nodes: nginx with Lua, serving the domains' traffic.</summary>
internal static class Edge
{
    private const int HttpPort = 8080;
    private const int HttpsPort = 8443;
    private const int StatusPort = 9145;
    private const string Folder = "Cirrus.Edge.Config";
    private const string PrivateNetworks = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16";

    /// <param name="address">Address of the node's listeners on this machine; a published node has its own machine.</param>
    /// <param name="password">Of the Redis user that may only read.</param>
    /// <param name="sealing">What the certificates' private keys are sealed with.</param>
    /// <param name="workers">Who makes that user.</param>
    public static IResourceBuilder<IResourceWithEndpoints> AddEdge(
        this IDistributedApplicationBuilder builder,
        string name,
        string address,
        IResourceBuilder<IResourceWithConnectionString> redis,
        IResourceBuilder<ParameterResource> password,
        IResourceBuilder<ParameterResource> sealing,
        IResourceBuilder<ProjectResource> workers) => builder.UsesContainers()
        ? builder.AddDockerfile(name, builder.RepositoryPath(Folder))
            .WithVolume($"cirrus-{name}", "/var/lib/cirrus-edge")
            .WithEnvironment("CIRRUS_EDGE_STATUS_ALLOW", PrivateNetworks)
            .WithKeyEncryptionKeys(sealing)
            .WithEdge(address, HttpPort, HttpsPort, StatusPort, redis, password).WaitFor(workers)
        : builder.AddExecutable(name, builder.RepositoryPath($"{Folder}/bin/edge"), builder.RepositoryPath(Folder))
            .WithEnvironment("CIRRUS_EDGE_LISTEN", address)
            .WithEnvironment("CIRRUS_EDGE_DATA", builder.DataPath(name))
            .WithKeyEncryptionKeys(sealing)
            .WithEdge(
                address, builder.Port("EdgeHttp", HttpPort)!.Value, builder.Port("EdgeHttps", HttpsPort)!.Value, builder.Port("EdgeStatus", StatusPort)!.Value, redis, password)
            .WaitFor(workers);

    /// <summary>Tells Workers where the nodes' listeners are and which password their Redis user gets.</summary>
    public static IResourceBuilder<ProjectResource> WithEdgeAccess(this IResourceBuilder<ProjectResource> workers, IResourceBuilder<ParameterResource> password)
    {
        var builder = workers.ApplicationBuilder;
        return workers
            .WithEnvironment("Edge__HttpPort", Text(builder.Port("EdgeHttp", HttpPort) ?? HttpPort))
            .WithEnvironment("Edge__HttpsPort", Text(builder.Port("EdgeHttps", HttpsPort) ?? HttpsPort))
            .WithEnvironment("Edge__StatusPort", Text(builder.Port("EdgeStatus", StatusPort) ?? StatusPort))
            .WithEnvironment("Edge__RedisPassword", password);
    }

    /// <summary>Tells the API where nodes explain what they do.</summary>
    public static IResourceBuilder<ProjectResource> WithEdgeStatus(this IResourceBuilder<ProjectResource> api) =>
        api.WithEnvironment("Edge__StatusPort", Text(api.ApplicationBuilder.Port("EdgeStatus", StatusPort) ?? StatusPort));

    private static IResourceBuilder<T> WithEdge<T>(
        this IResourceBuilder<T> edge,
        string address,
        int httpPort,
        int httpsPort,
        int statusPort,
        IResourceBuilder<IResourceWithConnectionString> redis,
        IResourceBuilder<ParameterResource> password)
        where T : IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
    {
        var builder = edge.ApplicationBuilder;
        return edge
            .WithHttpEndpoint(port: builder.Port("EdgeHttp", HttpPort), targetPort: httpPort, isProxied: false)
            .WithEndpoint(port: builder.Port("EdgeHttps", HttpsPort), targetPort: httpsPort, scheme: "https", name: "https", isProxied: false)
            .WithHttpEndpoint(port: builder.Port("EdgeStatus", StatusPort), targetPort: statusPort, name: "status", isProxied: false)
            .WithEndpoint("http", endpoint => (endpoint.TargetHost, endpoint.IsExternal) = (address, true))
            .WithEndpoint("https", endpoint => (endpoint.TargetHost, endpoint.IsExternal) = (address, true))
            .WithEndpoint("status", endpoint => endpoint.TargetHost = address)
            .WithHttpHealthCheck("/healthz", endpointName: "status")
            .WaitFor(redis)
            .AllowDevelopmentOrigins()
            .WithEnvironment("CIRRUS_NODE_ID", edge.Resource.Name)
            .WithEnvironment("CIRRUS_EDGE_HTTP_PORT", Text(httpPort))
            .WithEnvironment("CIRRUS_EDGE_HTTPS_PORT", Text(httpsPort))
            .WithEnvironment("CIRRUS_EDGE_STATUS_PORT", Text(statusPort))
            // Not WithReference, which would hand the node the password of the user that may write.
            .WithEnvironment("REDIS_HOST", redis.Resource.GetConnectionProperty("Host"))
            .WithEnvironment("REDIS_PORT", redis.Resource.GetConnectionProperty("Port"))
            .WithEnvironment("CIRRUS_EDGE_REDIS_PASSWORD", password);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
