using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>.NET projects. Launch profiles are not read: endpoints are declared in the AppHost.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <param name="launchProfileName">Must be null, which leaves the project's launchSettings.json out.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
    {
        if (launchProfileName is not null)
            throw new DistributedApplicationException($"The project '{name}' asks for launch profile '{launchProfileName}'; this host reads none.");

        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation<TProject>(new());
        project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        return builder.ExecutionContext.IsPublishMode ? project.WithPublishedPorts() : project.WithRunEnvironment();
    }

    private static IResourceBuilder<ProjectResource> WithRunEnvironment(this IResourceBuilder<ProjectResource> project) =>
        project.WithEnvironment(context =>
        {
            var name = project.Resource.Name;
            context.EnvironmentVariables["OTEL_SERVICE_NAME"] = name;
            context.EnvironmentVariables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={name}";
            var urls = HttpEndpoints(project.Resource).Select(endpoint => $"{endpoint.UriScheme}://{endpoint.TargetHost}:{endpoint.AllocatedPort}").ToList();
            if (urls.Count > 0)
                context.EnvironmentVariables["ASPNETCORE_URLS"] = string.Join(';', urls);
        });

    private static IResourceBuilder<ProjectResource> WithPublishedPorts(this IResourceBuilder<ProjectResource> project)
    {
        var resource = project.Resource;
        return project.WithEnvironment(context =>
        {
            if (resource.Annotations.OfType<EndpointAnnotation>().Any())
                context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            foreach (var (variable, scheme) in (ReadOnlySpan<(string, string)>)[("HTTP_PORTS", "http"), ("HTTPS_PORTS", "https")])
            {
                var ports = HttpEndpoints(resource).Where(endpoint => endpoint.UriScheme == scheme)
                    .Select(endpoint => new EndpointReference(resource, endpoint.Name).Property(EndpointProperty.TargetPort))
                    .Aggregate((ReferenceExpression?)null, (all, port) => all is null ? ReferenceExpression.Create($"{port}") : ReferenceExpression.Create($"{all};{port}"));
                if (ports is not null)
                    context.EnvironmentVariables[variable] = ports;
            }
        });
    }

    private static IEnumerable<EndpointAnnotation> HttpEndpoints(ProjectResource project) =>
        project.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.UriScheme is "http" or "https");
}
