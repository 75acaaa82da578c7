namespace Cirrus.AppHost;

/// <summary>Secrets the stack makes for itself on its first start, and keeps.</summary>
internal static class Secret
{
    /// <param name="overriddenBy">An environment variable or setting whose value, where set, is used instead.</param>
    public static IResourceBuilder<ParameterResource> AddSecret(this IDistributedApplicationBuilder builder, string name, string? overriddenBy = null)
    {
        if (overriddenBy is not null && builder.Configuration[overriddenBy] is { Length: > 0 } given)
            builder.Configuration[$"Parameters:{name}"] = given;

        // No special characters: the value goes into configuration files and connection strings.
        return builder.AddParameter(name, new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true);
    }
}
