using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What an environment callback fills: values are strings or value providers.</summary>
public class EnvironmentCallbackContext(DistributedApplicationExecutionContext executionContext, IResource resource, CancellationToken cancellationToken = default)
{
    public Dictionary<string, object> EnvironmentVariables { get; } = [];

    public DistributedApplicationExecutionContext ExecutionContext => executionContext;

    public IResource Resource => resource;

    public CancellationToken CancellationToken => cancellationToken;
}

/// <summary>What an arguments callback fills: values are strings or value providers.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    public IList<object> Args => args;

    public IResource Resource => resource;

    public CancellationToken CancellationToken => cancellationToken;

    public DistributedApplicationExecutionContext ExecutionContext { get; init; } = new(DistributedApplicationOperation.Run);

    public ILogger Logger { get; init; } = NullLogger.Instance;
}

internal sealed record EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> Callback) : IResourceAnnotation;

internal sealed record CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> Callback) : IResourceAnnotation;

internal sealed record WaitAnnotation(IResource Dependency) : IResourceAnnotation;

/// <summary>A health check of the resource, by the key it is registered under.</summary>
public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    public string Key => key;
}

internal sealed record ExcludeFromManifestAnnotation : IResourceAnnotation;

/// <summary>The endpoints of another resource that are made known to this one.</summary>
internal sealed record EndpointReferenceAnnotation(IResourceWithEndpoints Resource) : IResourceAnnotation
{
    public bool UseAllEndpoints { get; set; }

    public HashSet<string> EndpointNames { get; } = new(StringComparer.OrdinalIgnoreCase);
}

internal sealed record ContainerImageAnnotation(string Image, string? Tag, string? Registry) : IResourceAnnotation
{
    public string Name => (Registry is null ? "" : Registry + "/") + Image + (Tag is null ? "" : ":" + Tag);
}

internal sealed record DockerfileBuildAnnotation(string ContextPath, string DockerfilePath, string? Stage) : IResourceAnnotation;

internal sealed record VolumeAnnotation(string? Name, string Target, bool IsReadOnly) : IResourceAnnotation;

internal sealed record BindMountAnnotation(string Source, string Target, bool IsReadOnly) : IResourceAnnotation;
