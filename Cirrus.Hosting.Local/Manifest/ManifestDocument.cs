using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;

namespace Cirrus.Hosting.Local.Manifest;

/// <summary>The manifest being written.</summary>
/// <param name="folder">Folder of the manifest; paths in it are relative to this.</param>
internal sealed class ManifestDocument(Utf8JsonWriter json, string folder, DistributedApplicationExecutionContext context)
{
    private readonly ManifestReferences _references = new();

    public async Task WriteAsync(IEnumerable<IResource> resources, CancellationToken cancellationToken)
    {
        json.WriteStartObject();
        json.WriteStartObject("resources");
        foreach (var resource in resources.Where(resource => !resource.Annotations.OfType<ExcludeFromManifestAnnotation>().Any()))
            await WriteResourceAsync(resource, cancellationToken);
        while (_references.NextUnwritten() is { } referenced)
            await WriteResourceAsync(referenced, cancellationToken);
        foreach (var (name, parameter) in _references.TakeEncoded())
            WriteEncoded(name, parameter);
        foreach (var choice in _references.Conditionals)
            await WriteConditionalAsync(choice, cancellationToken);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private async Task WriteResourceAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (!_references.MarkWritten(resource))
            return;

        json.WriteStartObject(resource.Name);
        switch (resource)
        {
            case ParameterResource parameter:
                WriteParameter(parameter);
                break;
            case ContainerResource container:
                WriteContainer(container);
                await WriteArgumentsAsync(resource, cancellationToken);
                WriteVolumes(container);
                await WriteProcessAsync(resource, cancellationToken);
                break;
            case ProjectResource project:
                json.WriteString("type", "project.v0");
                json.WriteString("path", Relative(project.Metadata.ProjectPath));
                await WriteArgumentsAsync(resource, cancellationToken);
                await WriteProcessAsync(resource, cancellationToken);
                break;
            case ExecutableResource executable:
                json.WriteString("type", "executable.v0");
                json.WriteString("workingDirectory", Relative(executable.WorkingDirectory));
                json.WriteString("command", executable.Command);
                await WriteArgumentsAsync(resource, cancellationToken);
                await WriteProcessAsync(resource, cancellationToken);
                break;
            default:
                json.WriteString("error", "This resource does not support generation in the manifest.");
                break;
        }

        json.WriteEndObject();
        foreach (var (name, parameter) in resource is ParameterResource written ? _references.TakeEncoded(written) : [])
            WriteEncoded(name, parameter);
    }

    private void WriteParameter(ParameterResource parameter)
    {
        json.WriteString("type", "parameter.v0");
        json.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        json.WriteStartObject("inputs");
        json.WriteStartObject("value");
        json.WriteString("type", "string");
        if (parameter.Secret)
            json.WriteBoolean("secret", true);
        if (parameter.Default is { } value)
        {
            json.WriteStartObject("default");
            value.WriteToManifest(new ManifestPublishingContext(json));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteContainer(ContainerResource container)
    {
        var build = container.Annotations.OfType<DockerfileBuildAnnotation>().LastOrDefault();
        json.WriteString("type", build is null ? "container.v0" : "container.v1");
        if (container is IResourceWithConnectionString { ConnectionStringExpression: var connection })
            json.WriteString("connectionString", _references.Expression(connection));

        if (build is null)
        {
            json.WriteString("image", container.Annotations.OfType<ContainerImageAnnotation>().Last().Name);
        }
        else
        {
            json.WriteStartObject("build");
            json.WriteString("context", Relative(build.ContextPath));
            json.WriteString("dockerfile", Relative(build.DockerfilePath));
            if (build.Stage is { } stage)
                json.WriteString("stage", stage);
            json.WriteEndObject();
        }

        if (container.Entrypoint is { } entrypoint)
            json.WriteString("entrypoint", entrypoint);
    }

    private async Task WriteArgumentsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var arguments = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(new CommandLineArgsCallbackContext(arguments, resource, cancellationToken) { ExecutionContext = context });
        if (arguments.Count == 0)
            return;

        json.WriteStartArray("args");
        foreach (var argument in arguments)
            json.WriteStringValue(_references.Expression(argument));
        json.WriteEndArray();
    }

    private void WriteVolumes(ContainerResource container)
    {
        if (container.Annotations.OfType<BindMountAnnotation>().Any())
            throw new DistributedApplicationException($"'{container.Name}' needs a folder of this machine, so it cannot be published.");

        var volumes = container.Annotations.OfType<VolumeAnnotation>().ToList();
        if (volumes.Count == 0)
            return;

        json.WriteStartArray("volumes");
        foreach (var volume in volumes)
        {
            json.WriteStartObject();
            if (volume.Name is { } name)
                json.WriteString("name", name);
            json.WriteString("target", volume.Target);
            json.WriteBoolean("readOnly", volume.IsReadOnly);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task WriteProcessAsync(IResource resource, CancellationToken cancellationToken)
    {
        var variables = new EnvironmentCallbackContext(context, resource, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(variables);
        if (variables.EnvironmentVariables.Count > 0)
        {
            json.WriteStartObject("env");
            foreach (var (name, value) in variables.EnvironmentVariables)
                json.WriteString(name, _references.Expression(value));
            json.WriteEndObject();
        }

        ManifestBindings.Write(json, resource);
    }

    private void WriteEncoded(string name, ParameterResource parameter)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "annotated.string");
        json.WriteString("value", parameter.ValueExpression);
        json.WriteString("filter", ManifestReferences.UriEncoding);
        json.WriteEndObject();
    }

    private async Task WriteConditionalAsync(ReferenceExpression choice, CancellationToken cancellationToken)
    {
        json.WriteStartObject(choice.Name!);
        json.WriteString("type", "value.v0");
        json.WriteString("connectionString", await choice.GetValueAsync(cancellationToken) ?? "");
        json.WriteEndObject();
    }

    private string Relative(string path) => Path.GetRelativePath(folder, path).Replace("\\", "/", StringComparison.Ordinal);
}
