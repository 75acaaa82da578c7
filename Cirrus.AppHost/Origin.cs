namespace Cirrus.AppHost;

/// <summary>The demo origin: a plain web server for a first domain to point at.</summary>
internal static class Origin
{
    private const int HttpPort = 9000;
    private const string Folder = "deploy/origin";

    public static IResourceBuilder<IResourceWithEndpoints> AddOrigin(this IDistributedApplicationBuilder builder, string name) => builder.UsesContainers()
        ? builder.AddDockerfile(name, builder.RepositoryPath(Folder)).WithOrigin(HttpPort)
        : builder.AddExecutable(name, builder.RepositoryPath($"{Folder}/bin/origin"), builder.RepositoryPath(Folder))
            .WithEnvironment("CIRRUS_ORIGIN_LISTEN", "127.0.0.1")
            .WithEnvironment("CIRRUS_ORIGIN_DATA", builder.DataPath(name))
            .WithOrigin(builder.Port("Origin", HttpPort)!.Value);

    private static IResourceBuilder<T> WithOrigin<T>(this IResourceBuilder<T> origin, int targetPort)
        where T : IResourceWithEndpoints, IResourceWithEnvironment => origin
        .WithHttpEndpoint(port: origin.ApplicationBuilder.Port("Origin", HttpPort), targetPort: targetPort, isProxied: false)
        .WithEndpoint("http", endpoint => endpoint.TargetHost = "127.0.0.1")
        .WithHttpHealthCheck("/")
        .WithEnvironment("CIRRUS_ORIGIN_PORT", targetPort.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
