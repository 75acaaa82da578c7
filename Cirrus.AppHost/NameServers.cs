using System.Globalization;
using System.Net.Sockets;
using Cirrus.AppHost.Health;

namespace Cirrus.AppHost;

/// <summary>The hidden primary, and the secondaries that transfer its zone and answer the world.</summary>
internal static class NameServers
{
    private const int PrimaryPort = 10053;
    private const int SecondaryPort = 53;
    private const string Folder = "deploy/nsd";

    // Both sides call the key the same.
    private const string Key = "transfers.cirrus";

    /// <summary>Lets the Dns project listen for transfers, on UDP and TCP.</summary>
    /// <param name="secret">What transfers and NOTIFY are signed with (TSIG): letters and digits whose number is a multiple of four, which is base64.</param>
    public static IResourceBuilder<ProjectResource> WithHiddenPrimary(
        this IResourceBuilder<ProjectResource> dns, string zone, IResourceBuilder<ParameterResource> secret)
    {
        var builder = dns.ApplicationBuilder;
        var port = builder.Port("Dns", PrimaryPort);
        // Containers come from another address than this machine's programs.
        var listen = builder.UsesContainers() ? "0.0.0.0" : "127.0.0.1";
        return dns.WithDnsEndpoints(port, port ?? PrimaryPort)
            .WithEnvironment("Zone__Name", zone)
            .WithEnvironment("Dns__Listen", string.Create(CultureInfo.InvariantCulture, $"{listen}:{port ?? PrimaryPort}"))
            .WithEnvironment("Dns__TsigKeys__0__Name", Key)
            .WithEnvironment("Dns__TsigKeys__0__Secret", secret)
            .WithEnvironment("Dns__Dnssec__Enabled", "true")
            // Octets, in base sixteen: what is made while a large zone is built is no garbage, and is not looked through so often (decision 52).
            .WithEnvironment("DOTNET_GCgen0size", "4000000");
    }

    /// <summary>Adds an NSD that transfers the zone from <paramref name="dns"/>, and tells that one whom to notify.</summary>
    /// <param name="secret">As of <see cref="WithHiddenPrimary"/>.</param>
    /// <param name="index">The secondary's place in the primary's list.</param>
    /// <param name="port">Default of setting <c>Ports:Ns1</c>, <c>Ports:Ns2</c>, ….</param>
    public static IResourceBuilder<IResourceWithEndpoints> AddSecondary(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<ProjectResource> dns,
        string zone,
        IResourceBuilder<ParameterResource> secret,
        int index,
        int port)
    {
        var published = builder.Port(char.ToUpperInvariant(name[0]) + name[1..], port);
        IResourceBuilder<IResourceWithEndpoints> secondary = builder.UsesContainers()
            ? builder.AddDockerfile(name, builder.RepositoryPath(Folder))
                .WithVolume($"cirrus-{name}", "/var/lib/cirrus-ns")
                .WithSecondary(dns, zone, secret, published, SecondaryPort)
            : builder.AddExecutable(name, builder.RepositoryPath($"{Folder}/bin/secondary"), builder.RepositoryPath(Folder))
                .WithEnvironment("CIRRUS_NS_LISTEN", "127.0.0.1")
                .WithEnvironment("CIRRUS_NS_DATA", builder.DataPath(name))
                .WithSecondary(dns, zone, secret, published, published!.Value);

        var endpoint = secondary.GetEndpoint("dns");
        dns.WithEnvironment($"Dns__Secondaries__{index}__Name", name)
            .WithEnvironment($"Dns__Secondaries__{index}__Address", endpoint.Property(EndpointProperty.IPV4Host))
            .WithEnvironment($"Dns__Secondaries__{index}__Port", endpoint.Property(EndpointProperty.Port))
            .WithEnvironment($"Dns__Secondaries__{index}__TsigKey", Key);
        return secondary;
    }

    private static IResourceBuilder<T> WithSecondary<T>(
        this IResourceBuilder<T> secondary,
        IResourceBuilder<ProjectResource> dns,
        string zone,
        IResourceBuilder<ParameterResource> secret,
        int? port,
        int targetPort)
        where T : IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
    {
        var primary = dns.GetEndpoint("dns");
        return secondary.WithDnsEndpoints(port, targetPort)
            .WithEndpoint("dns", endpoint => endpoint.IsExternal = true)
            .WithEndpoint("dns-tcp", endpoint => endpoint.IsExternal = true)
            .WithCheck(new ZoneCheck(secondary.GetEndpoint("dns"), zone))
            .WaitFor(dns)
            .WithEnvironment("CIRRUS_NS_PORT", targetPort.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("CIRRUS_NS_ZONE", zone)
            .WithEnvironment("CIRRUS_NS_PRIMARY", primary.Property(EndpointProperty.IPV4Host))
            .WithEnvironment("CIRRUS_NS_PRIMARY_PORT", primary.Property(EndpointProperty.Port))
            .WithEnvironment("CIRRUS_NS_TSIG_KEY", Key)
            .WithEnvironment("CIRRUS_NS_TSIG_SECRET", secret);
    }

    /// <summary>One port, by UDP and TCP: <c>dns</c> and <c>dns-tcp</c>.</summary>
    public static IResourceBuilder<T> WithDnsEndpoints<T>(this IResourceBuilder<T> server, int? port, int targetPort)
        where T : IResourceWithEndpoints => server
        .WithEndpoint(port: port, targetPort: targetPort, scheme: "udp", name: "dns", isProxied: false, protocol: ProtocolType.Udp)
        .WithEndpoint(port: port, targetPort: targetPort, scheme: "tcp", name: "dns-tcp", isProxied: false)
        .WithEndpoint("dns", endpoint => endpoint.TargetHost = "127.0.0.1")
        .WithEndpoint("dns-tcp", endpoint => endpoint.TargetHost = "127.0.0.1");
}
