using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Parameters. Configuration <c>Parameters:name</c> wins over a default.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter that has no default: whoever deploys the application is asked for it.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(
            name, _ => Configured(builder, name) ?? throw new DistributedApplicationException($"The parameter 'Parameters:{name}' is not set."), secret));

    /// <param name="publishValueAsDefault">Writes the value to the manifest, where it can be replaced.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, _ => value, secret) { Default = publishValueAsDefault ? new ConstantParameterDefault(value) : null });

    /// <param name="persist">Remembers a generated value in the data folder's parameters.json.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.AddResource(builder.Parameter(name, value, secret, persist));

    internal static ParameterResource GeneratedPassword(this IDistributedApplicationBuilder builder, string name) =>
        builder.Parameter(name, new GenerateParameterDefault { Special = false }, secret: true, persist: true);

    private static ParameterResource Parameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret, bool persist)
    {
        if (persist && builder.ExecutionContext.IsRunMode && builder is DistributedApplicationBuilder local)
            value = new PersistedParameterDefault(name, value, local.Parameters);
        return new ParameterResource(name, _ => Configured(builder, name) ?? value.GetDefaultValue(), secret) { Default = value };
    }

    /// <summary>Environment variables cannot carry a dash, so an underscore stands for one.</summary>
    private static string? Configured(IDistributedApplicationBuilder builder, string name) =>
        builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"];
}
