using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Testing;
using Cirrus.Hosting.Local.Manifest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The application: started, it runs every resource; in publish mode it writes the manifest instead.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private bool _started;

    internal DistributedApplication(IHost host)
    {
        _host = host;
        ResourceNotifications = host.Services.GetRequiredService<ResourceNotificationService>();
        ResourceCommands = host.Services.GetRequiredService<ResourceCommandService>();
    }

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications { get; }

    public ResourceCommandService ResourceCommands { get; }

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        EntryPointRun.Current?.CreateBuilder(options) ?? new DistributedApplicationBuilder(options);

    /// <summary>Starts the resources and returns; they become healthy in their order afterwards.</summary>
    /// <exception cref="DistributedApplicationException">A port of the application is held by another process.</exception>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _started = true;
        await BeforeStartAsync(cancellationToken);
        await _host.StartAsync(cancellationToken);
    }

    /// <summary>Ends every process, dependents before what they depend on.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken = default)
    {
        _started = false;
        return _host.StopAsync(cancellationToken);
    }

    /// <summary>Runs until a signal or a call of <see cref="StopAsync"/> ends the application, or writes the manifest and returns.</summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_host.Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
        {
            await BeforeStartAsync(cancellationToken);
            await _host.Services.GetRequiredService<ManifestWriter>().WriteAsync(cancellationToken);
            return;
        }

        try
        {
            await StartAsync(cancellationToken);
            await _host.WaitForShutdownAsync(cancellationToken);
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>As <see cref="RunAsync"/>; a failure the user can act on becomes one line and exit code 1.</summary>
    public void Run()
    {
        try
        {
            RunAsync().GetAwaiter().GetResult();
        }
        catch (DistributedApplicationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            System.Environment.ExitCode = 1;
        }
    }

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_started)
            await StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task BeforeStartAsync(CancellationToken cancellationToken) =>
        Services.GetRequiredService<DistributedApplicationEventing>()
            .PublishAsync(new BeforeStartEvent(Services, Services.GetRequiredService<DistributedApplicationModel>()), cancellationToken);
}
