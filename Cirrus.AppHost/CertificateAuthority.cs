using System.Globalization;
using Cirrus.AppHost.Health;
using Microsoft.Extensions.Configuration;

namespace Cirrus.AppHost;

/// <summary>Where certificates come from: in development Pebble, in a published application the authority that its parameters name.</summary>
internal static class CertificateAuthority
{
    private const int AcmePort = 14000;
    private const int ManagementPort = 15000;
    private const string Folder = "deploy/pebble";

    /// <summary>What Pebble reads by itself; settings of these names are handed on.</summary>
    private static readonly string[] PebbleVariables =
    [
        "PEBBLE_ALTERNATE_ROOTS", "PEBBLE_AUTHZREUSE", "PEBBLE_CHAIN_LENGTH", "PEBBLE_VA_ALWAYS_VALID", "PEBBLE_VA_NOSLEEP", "PEBBLE_VA_SLEEPTIME",
        "PEBBLE_WFE_NONCEREJECT", "PEBBLE_WFE_ORDERS_PER_PAGE",
    ];

    /// <param name="resolver">Whom it asks when it validates.</param>
    public static IResourceBuilder<IResourceWithEndpoints> AddCertificateAuthority(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<IResourceWithEndpoints> resolver)
    {
        var acme = builder.Port("Pebble", AcmePort);
        var management = builder.Port("PebbleManagement", ManagementPort);
        var data = builder.DataPath(name);
        // A container engine mounts what is there.
        if (builder.ExecutionContext.IsRunMode)
            Directory.CreateDirectory(data);
        return builder.UsesContainers()
            // A folder and not a volume: Workers and people here read the certificates in it.
            ? builder.AddDockerfile(name, builder.RepositoryPath(Folder))
                .WithBindMount(data, "/var/lib/cirrus-pebble")
                .WithPebble(resolver, (acme, AcmePort), (management, ManagementPort))
            : builder.AddExecutable(name, builder.RepositoryPath($"{Folder}/bin/pebble-ca"), builder.RepositoryPath(Folder))
                .WithEnvironment("CIRRUS_PEBBLE_LISTEN", "127.0.0.1")
                .WithEnvironment("CIRRUS_PEBBLE_DATA", data)
                .WithPebble(resolver, (acme, acme!.Value), (management, management!.Value));
    }

    /// <summary>Tells Workers whom to get certificates from, and how to see what that one will see.</summary>
    public static IResourceBuilder<ProjectResource> WithCertificateAuthority(
        this IResourceBuilder<ProjectResource> workers, IResourceBuilder<IResourceWithEndpoints> authority, IResourceBuilder<IResourceWithEndpoints> resolver)
    {
        const string section = "Acme__Authorities__0";
        var builder = workers.ApplicationBuilder;
        if (builder.ExecutionContext.IsPublishMode)
        {
            return workers
                .WithEnvironment($"{section}__Name", builder.AddParameter("acme-authority", "letsencrypt", publishValueAsDefault: true))
                .WithEnvironment($"{section}__Directory", builder.AddParameter("acme-directory", "https://acme-v02.api.letsencrypt.org/directory", publishValueAsDefault: true))
                .WithEnvironment($"{section}__Contact", builder.AddParameter("acme-contact"))
                .WithEnvironment($"{section}__TermsOfServiceAgreed", builder.AddParameter("acme-terms-of-service-agreed"));
        }

        var dns = resolver.GetEndpoint("dns");
        return workers
            .WithEnvironment($"{section}__Name", authority.Resource.Name)
            .WithEnvironment($"{section}__Directory", $"{authority.GetEndpoint("https").Property(EndpointProperty.Url)}/dir")
            .WithEnvironment($"{section}__CaBundle", builder.BundleOf(authority.Resource))
            .WithEnvironment($"{section}__TermsOfServiceAgreed", "true")
            .WithEnvironment("Acme__Resolver", $"{dns.Property(EndpointProperty.IPV4Host)}:{dns.Property(EndpointProperty.Port)}")
            // Its bundle is there then.
            .WaitFor(authority);
    }

    /// <summary>The file of roots that clients trust who use what the authority has issued.</summary>
    public static string RootsOf(this IDistributedApplicationBuilder builder, IResource authority) =>
        Path.Combine(builder.DataPath(authority.Name), "roots.pem");

    private static string BundleOf(this IDistributedApplicationBuilder builder, IResource authority) =>
        Path.Combine(builder.DataPath(authority.Name), "bundle.pem");

    private static IResourceBuilder<T> WithPebble<T>(
        this IResourceBuilder<T> pebble, IResourceBuilder<IResourceWithEndpoints> resolver, (int? Outside, int Inside) acme, (int? Outside, int Inside) management)
        where T : IResourceWithEndpoints, IResourceWithEnvironment, IResourceWithWaitSupport
    {
        var builder = pebble.ApplicationBuilder;
        var dns = resolver.GetEndpoint("dns");
        pebble
            .WithEndpoint(port: acme.Outside, targetPort: acme.Inside, scheme: "https", name: "https", isProxied: false)
            .WithEndpoint(port: management.Outside, targetPort: management.Inside, scheme: "https", name: "management", isProxied: false)
            .WithEndpoint("https", endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithEndpoint("management", endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithCheck(new TlsCheck(pebble.GetEndpoint("https"), builder.BundleOf(pebble.Resource), builder.RootsOf(pebble.Resource)))
            .ExcludeFromManifest()
            .WaitFor(resolver)
            .WithEnvironment("CIRRUS_PEBBLE_PORT", acme.Inside.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("CIRRUS_PEBBLE_MANAGEMENT_PORT", management.Inside.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("CIRRUS_PEBBLE_RESOLVER", $"{dns.Property(EndpointProperty.IPV4Host)}:{dns.Property(EndpointProperty.Port)}");
        if (builder.Configuration.GetValue<TimeSpan?>("Pebble:ValidityPeriod") is { } validity)
            pebble.WithEnvironment("CIRRUS_PEBBLE_VALIDITY", validity.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture));
        foreach (var variable in PebbleVariables.Where(variable => builder.Configuration[variable] is not null))
            pebble.WithEnvironment(variable, builder.Configuration[variable]);
        return pebble;
    }
}
