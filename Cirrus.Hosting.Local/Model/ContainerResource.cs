namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container. It can be published; this host has no container engine to run it on.</summary>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    public string? Entrypoint { get; set; } = entrypoint;
}
