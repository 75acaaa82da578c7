using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>Health of a resource, and what waits for it.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Starts the resource once <paramref name="dependency"/> runs and all its health checks pass.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        if (ReferenceEquals(builder.Resource, dependency.Resource))
            throw new DistributedApplicationException($"The '{builder.Resource.Name}' resource cannot wait for itself.");
        return builder.WithAnnotation(new WaitAnnotation(dependency.Resource));
    }

    /// <summary>Adds a check registered with <c>builder.Services.AddHealthChecks()</c> under <paramref name="key"/>.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key) where T : IResource =>
        builder.WithAnnotation(new HealthCheckAnnotation(key));

    /// <summary>Adds a check that an HTTP endpoint answers <paramref name="path"/> with <paramref name="statusCode"/>, default 200.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var resource = builder.Resource;
        endpointName ??= resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.UriScheme is "http" or "https")?.Name
            ?? throw new DistributedApplicationException($"The resource '{resource.Name}' has no HTTP endpoint to check.");
        var check = new HttpHealthCheck(new EndpointReference(resource, endpointName), path ?? "/", statusCode ?? 200);
        var key = $"{resource.Name}_{endpointName}_{check.Path}_{check.StatusCode}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, check, HealthStatus.Unhealthy, tags: null));
        return builder.WithHealthCheck(key);
    }
}
