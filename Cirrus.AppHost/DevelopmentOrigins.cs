using System.Globalization;

namespace Cirrus.AppHost;

/// <summary>On one machine origins are at addresses that a CDN on the Internet must not fetch from.</summary>
internal static class DevelopmentOrigins
{
    /// <summary>Loopback, and where container engines put their networks.</summary>
    public static readonly IReadOnlyList<string> Networks = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

    /// <summary>Allows them; a published application says itself what it allows.</summary>
    public static IResourceBuilder<ProjectResource> WithDevelopmentOrigins(this IResourceBuilder<ProjectResource> api)
    {
        if (api.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return api;
        foreach (var (index, network) in Networks.Index())
            api.WithEnvironment(string.Create(CultureInfo.InvariantCulture, $"Origins__AllowedNetworks__{index}"), network);
        return api;
    }
}
