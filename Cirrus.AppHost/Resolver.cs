using System.Globalization;
using Cirrus.AppHost.Health;
using Cirrus.Core.Steering;

namespace Cirrus.AppHost;

/// <summary>
/// In development, the resolver of the certificate authority and of Workers: it knows the zone at our own name servers, and the CNAMEs of
/// customers, who have no DNS here. A published application uses the Internet's.
/// </summary>
internal static class Resolver
{
    private const int ContainerPort = 53;
    private const string Folder = "deploy/unbound";
    private const string PrivateNetworks = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16";

    /// <summary>Demo customers, who have made the record that lets Cirrus get their certificates. <c>example.test</c> is that of <c>*.example.test</c> too.</summary>
    private static readonly string[] Customers = ["example.test", "www.example.test", "shop.example.test"];

    public static IResourceBuilder<IResourceWithEndpoints> AddResolver(
        this IDistributedApplicationBuilder builder, string name, string zone, IResourceBuilder<IResourceWithEndpoints> ns1, IResourceBuilder<IResourceWithEndpoints> ns2)
    {
        var port = builder.Port("Resolver", 10056);
        return builder.UsesContainers()
            ? builder.AddDockerfile(name, builder.RepositoryPath(Folder))
                .WithVolume($"cirrus-{name}", "/var/lib/cirrus-resolver")
                .WithEnvironment("CIRRUS_RESOLVER_ALLOW", PrivateNetworks)
                .WithResolver(zone, ns1, ns2, port, ContainerPort)
            : builder.AddExecutable(name, builder.RepositoryPath($"{Folder}/bin/resolver"), builder.RepositoryPath(Folder))
                .WithEnvironment("CIRRUS_RESOLVER_LISTEN", "127.0.0.1")
                .WithEnvironment("CIRRUS_RESOLVER_DATA", builder.DataPath(name))
                .WithResolver(zone, ns1, ns2, port, port!.Value);
    }

    private static IResourceBuilder<T> WithResolver<T>(
        this IResourceBuilder<T> resolver, string zone, IResourceBuilder<IResourceWithEndpoints> ns1, IResourceBuilder<IResourceWithEndpoints> ns2, int? port, int targetPort)
        where T : IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
    {
        var (first, second) = (ns1.GetEndpoint("dns"), ns2.GetEndpoint("dns"));
        return resolver.WithDnsEndpoints(port, targetPort)
            .WithCheck(new ZoneCheck(resolver.GetEndpoint("dns"), zone, recursive: true))
            .ExcludeFromManifest()
            .WaitFor(ns1)
            .WaitFor(ns2)
            .WithEnvironment("CIRRUS_RESOLVER_PORT", targetPort.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("CIRRUS_RESOLVER_ZONE", zone)
            .WithEnvironment("CIRRUS_RESOLVER_CUSTOMERS", string.Join(' ', Customers.Select(name => $"_acme-challenge.{name}=_acme-challenge.{AccessName.For(name, zone)}")))
            .WithEnvironment(
                "CIRRUS_RESOLVER_SERVERS",
                $"{first.Property(EndpointProperty.IPV4Host)}@{first.Property(EndpointProperty.Port)} {second.Property(EndpointProperty.IPV4Host)}@{second.Property(EndpointProperty.Port)}");
    }
}
