using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Cirrus.Hosting.Local.Console;
using Cirrus.Hosting.Local.Health;
using Cirrus.Hosting.Local.Manifest;
using Cirrus.Hosting.Local.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <inheritdoc cref="IDistributedApplicationBuilder"/>
internal class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>Where a project's build records its own project file.</summary>
    private const string ProjectPathKey = "apphostprojectpath";

    private readonly HostApplicationBuilder _host;
    private readonly bool _quiet;
    private readonly DistributedApplicationEventing _eventing = new();

    public DistributedApplicationBuilder(DistributedApplicationOptions options, bool quiet = false)
    {
        _quiet = quiet;
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(new AssemblyName(name)) : Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory ?? ProjectDirectory(AppHostAssembly) ?? Directory.GetCurrentDirectory();
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args,
            ApplicationName = AppHostAssembly?.GetName().Name,
            ContentRootPath = AppHostDirectory,
            Configuration = Defaults(AppHostDirectory),
        });
        ExecutionContext = new DistributedApplicationExecutionContext(
            Configuration["publisher"] is null && Configuration["operation"] is not "publish" ? DistributedApplicationOperation.Run : DistributedApplicationOperation.Publish);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing => _eventing;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    /// <summary>Parameters generated earlier, in the data folder.</summary>
    internal ParameterStore Parameters => field ??= new(Path.Combine(DataFolder, "parameters.json"));

    private string DataFolder => Path.GetFullPath(Configuration["Data"]!, AppHostDirectory);

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"Cannot add resource with name '{resource.Name}': a resource with that name already exists.");

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public virtual DistributedApplication Build()
    {
        var output = _quiet ? TextWriter.Null : System.Console.Out;
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(_eventing);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton(new ConsoleWriter(output, colour: !_quiet && !System.Console.IsOutputRedirected));
        Services.AddSingleton(new LogFolder(DataFolder));
        Services.AddSingleton(services => new ResourceNotificationService(services.GetRequiredService<ConsoleReport>()));
        Services.AddSingleton(services => new ResourceCommandService(services));
        Services.AddSingleton<ConsoleReport>();
        Services.AddSingleton<HealthMonitor>();
        Services.AddSingleton<Orchestrator>();
        Services.AddSingleton<ManifestWriter>();
        Services.AddHostedService(services => services.GetRequiredService<Orchestrator>());
        Services.AddHealthChecks();
        // The orchestrator runs the checks itself, when and for which it needs them.
        Services.RemoveAll<Microsoft.Extensions.Diagnostics.HealthChecks.IHealthCheckPublisher>();
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(2));
        Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SignalLifetime>(services => new SignalLifetime(services, listen: !_quiet)));
        // A failing health check is a state in the report, and a failing start is the message of its exception.
        _host.Logging.ClearProviders().AddFilter("Microsoft", LogLevel.Critical);
        Services.AddSingleton<ILoggerProvider, ConsoleWriterLoggerProvider>();
        return new DistributedApplication(_host.Build());
    }

    /// <summary>The lowest configuration layer: no container engine is used here, and data lives beside the project's folder.</summary>
    private static ConfigurationManager Defaults(string appHostDirectory)
    {
        var defaults = new ConfigurationManager();
        defaults.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Containers"] = "never",
            ["Data"] = Path.GetFullPath("../.cirrus", appHostDirectory),
            ["hostBuilder:reloadConfigOnChange"] = "false",
        });
        return defaults;
    }

    private static string? ProjectDirectory(Assembly? assembly) => Path.GetDirectoryName(assembly?
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(metadata => metadata.Key == ProjectPathKey)?.Value);
}
