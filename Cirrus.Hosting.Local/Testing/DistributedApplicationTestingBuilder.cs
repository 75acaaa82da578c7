using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>The builder of an AppHost under test, as its entry point has filled it.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Runs an AppHost's entry point up to its <c>Build()</c>, prints nothing, and replaces its fixed proxied ports by free ones.</summary>
public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Creates the builder with the AppHost's command line <paramref name="args"/>.</summary>
    /// <typeparam name="TEntryPoint">A class of the AppHost's assembly, <c>Projects.Cirrus_AppHost</c>.</typeparam>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class =>
        new EntryPointRun(typeof(TEntryPoint).Assembly, args).StartAsync(cancellationToken);

    /// <summary>An empty application, to be filled by the test.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) =>
        new TestingBuilder(new DistributedApplicationOptions { Args = args });
}

/// <summary>A builder that may belong to a paused entry point.</summary>
internal sealed class TestingBuilder(DistributedApplicationOptions options, EntryPointRun? run = null)
    : DistributedApplicationBuilder(options, quiet: true), IDistributedApplicationTestingBuilder
{
    public override DistributedApplication Build() => run is null ? base.Build() : throw run.PauseAtBuild(this);

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.FromResult(base.Build());

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
