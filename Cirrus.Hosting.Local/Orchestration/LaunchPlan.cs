using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Processes;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>Turns a resource into the process that runs it.</summary>
internal static class LaunchPlan
{
    /// <exception cref="DistributedApplicationException">The resource cannot be run on this machine.</exception>
    public static async Task<ProcessSpec> ForAsync(IResource resource, DistributedApplicationExecutionContext context, CancellationToken cancellationToken)
    {
        var arguments = await ArgumentsAsync(resource, context, cancellationToken);
        var environment = await EnvironmentAsync(resource, context, cancellationToken);
        return resource switch
        {
            ProjectResource project => Project(project, arguments, environment),
            ExecutableResource executable => new ProcessSpec(Command(executable), arguments, WorkingDirectory(executable), environment),
            _ => throw new DistributedApplicationException("a container needs Aspire and a container engine"),
        };
    }

    private static ProcessSpec Project(ProjectResource project, List<string> arguments, Dictionary<string, string> environment)
    {
        var folder = Path.GetDirectoryName(project.Metadata.ProjectPath)!;
        List<string> run = project.Metadata is IProjectOutput { AssemblyPath: var assembly } && File.Exists(assembly)
            ? [assembly]
            : ["run", "--no-build", "--no-launch-profile", "--project", project.Metadata.ProjectPath, "--"];
        return new ProcessSpec(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [.. run, .. arguments], folder, environment);
    }

    private static string Command(ExecutableResource executable)
    {
        var command = executable.Command;
        var candidates = Path.IsPathRooted(command)
            ? [command]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, command));
        return candidates.FirstOrDefault(File.Exists) ?? throw new DistributedApplicationException($"{command} does not exist");
    }

    private static string WorkingDirectory(ExecutableResource executable) => Directory.Exists(executable.WorkingDirectory)
        ? executable.WorkingDirectory
        : throw new DistributedApplicationException($"folder {executable.WorkingDirectory} does not exist");

    internal static async Task<List<string>> ArgumentsAsync(IResource resource, DistributedApplicationExecutionContext context, CancellationToken cancellationToken)
    {
        var arguments = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(new CommandLineArgsCallbackContext(arguments, resource, cancellationToken) { ExecutionContext = context });

        var values = new List<string>();
        foreach (var argument in arguments)
            values.Add(await ValueAsync(argument, cancellationToken));
        return values;
    }

    internal static async Task<Dictionary<string, string>> EnvironmentAsync(
        IResource resource, DistributedApplicationExecutionContext context, CancellationToken cancellationToken)
    {
        var variables = new EnvironmentCallbackContext(context, resource, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(variables);

        var environment = InheritedEnvironment.Read();
        foreach (var (name, value) in variables.EnvironmentVariables)
            environment[name] = await ValueAsync(value, cancellationToken);
        return environment;
    }

    private static async Task<string> ValueAsync(object value, CancellationToken cancellationToken) => value is IValueProvider provider
        ? await provider.GetValueAsync(cancellationToken) ?? ""
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
