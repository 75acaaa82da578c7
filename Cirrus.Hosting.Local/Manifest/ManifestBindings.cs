using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Cirrus.Hosting.Local.Manifest;

/// <summary>The <c>bindings</c> of a resource.</summary>
internal static class ManifestBindings
{
    public static void Write(Utf8JsonWriter json, IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        if (endpoints.Count == 0)
            return;

        var schemes = new HashSet<string>();
        json.WriteStartObject("bindings");
        foreach (var endpoint in endpoints)
        {
            var isHttp = endpoint.UriScheme is "http" or "https";
            var targetPort = endpoint.TargetPort ?? (resource is ContainerResource ? endpoint.Port : null);
            // The first endpoint of an HTTP scheme gets its port from whatever deploys the project.
            if (targetPort is null && !(resource is ProjectResource && isHttp && schemes.Add(endpoint.UriScheme)))
                throw new Aspire.Hosting.DistributedApplicationException($"The endpoint '{endpoint.Name}' of '{resource.Name}' needs a target port to be published.");

            json.WriteStartObject(endpoint.Name);
            json.WriteString("scheme", endpoint.UriScheme);
            json.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            json.WriteString("transport", endpoint.Transport);
            if (endpoint.Port is { } port && port != targetPort)
                json.WriteNumber("port", port);
            if (targetPort is { } target)
                json.WriteNumber("targetPort", target);
            if (endpoint.IsExternal)
                json.WriteBoolean("external", true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
