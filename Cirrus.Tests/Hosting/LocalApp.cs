using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.Tests.Hosting;

/// <summary>An application of small real programs on the local host, with a data folder of its own.</summary>
internal sealed class LocalApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly WorkFolder _folder = new();
    private DistributedApplication? _app;

    public LocalApp(params string[] args) => Builder = DistributedApplicationTestingBuilder.Create([$"--Data={_folder.At("data")}", "--RestartAfter=00:00:00.5", .. args]);

    public IDistributedApplicationTestingBuilder Builder { get; }

    public DistributedApplication App => _app!;

    public string At(string name) => _folder.At(name);

    /// <summary>Adds a shell script that runs in the work folder.</summary>
    public IResourceBuilder<ExecutableResource> AddScript(string name, string script) => Builder.AddExecutable(name, "sh", _folder.Path, "-c", script);

    /// <summary>Adds a check to a resource that passes while a file exists.</summary>
    public void AddFileCheck(IResourceBuilder<IResource> resource, string file)
    {
        var key = $"{resource.Resource.Name}_check";
        Builder.Services.AddHealthChecks().AddCheck(key, () => File.Exists(At(file)) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"no {file}"));
        resource.WithHealthCheck(key);
    }

    public async Task StartAsync()
    {
        _app = await Builder.BuildAsync();
        await _app.StartAsync();
    }

    public Task HealthyAsync(string resource) => App.ResourceNotifications.WaitForResourceHealthyAsync(resource).WaitAsync(Patience);

    public Task StateAsync(string resource, string state) => App.ResourceNotifications.WaitForResourceAsync(resource, state).WaitAsync(Patience);

    public string? StateOf(string resource) => App.ResourceNotifications.TryGetCurrentState(resource, out var current) ? current.Snapshot.State?.Text : null;

    /// <summary>The lines of a file a script writes; none while it does not exist.</summary>
    public string[] Lines(string file) => File.Exists(At(file)) ? File.ReadAllLines(At(file)) : [];

    /// <summary>Waits for the process id that a script writes to a file.</summary>
    public async Task<int> PidAsync(string file)
    {
        await Wait.UntilAsync($"a process id in {file}", () => Lines(file) is [.., { Length: > 0 }]);
        return int.Parse(Lines(file)[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        await Builder.DisposeAsync();
        _folder.Dispose();
    }
}
