namespace Cirrus.AppHost;

/// <summary>On a developer's machine origins are at loopback and private addresses, which a published application refuses.</summary>
internal static class DevelopmentOrigins
{
    private static readonly string[] Networks =
        ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    /// <summary>Lets an edge connect to such origins.</summary>
    public static IResourceBuilder<T> WithDevelopmentOrigins<T>(this IResourceBuilder<T> edge)
        where T : IResourceWithEnvironment => edge.ApplicationBuilder.ExecutionContext.IsPublishMode
        ? edge
        : edge.WithEnvironment("CIRRUS_EDGE_ORIGIN_ALLOW", string.Join(' ', Networks));

    /// <summary>Lets the API accept such origins.</summary>
    public static IResourceBuilder<ProjectResource> AllowDevelopmentOrigins(this IResourceBuilder<ProjectResource> api)
    {
        if (api.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return api;

        for (var i = 0; i < Networks.Length; i++)
            api.WithEnvironment($"Origins__AllowedNetworks__{i}", Networks[i]);
        return api;
    }
}
