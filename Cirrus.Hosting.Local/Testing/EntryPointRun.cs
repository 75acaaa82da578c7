using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>One run of an AppHost's entry point, which ends where the AppHost would build the application.</summary>
internal sealed class EntryPointRun(Assembly appHost, string[] args)
{
    private static readonly AsyncLocal<EntryPointRun?> Ambient = new();
    private readonly TaskCompletionSource<IDistributedApplicationTestingBuilder> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The run that the calling code is part of.</summary>
    public static EntryPointRun? Current => Ambient.Value;

    public Task<IDistributedApplicationTestingBuilder> StartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(Invoke, cancellationToken);
        return _built.Task.WaitAsync(cancellationToken);
    }

    public IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        options.AssemblyName ??= appHost.GetName().Name;
        // Before the test's own arguments, which may switch it off as they may with Aspire.
        options.Args = ["--DcpPublisher:RandomizePorts=true", .. options.Args ?? []];
        return new TestingBuilder(options, this);
    }

    /// <summary>Hands the builder to the test; the returned exception unwinds the entry point, which is not needed any more.</summary>
    public Exception PauseAtBuild(IDistributedApplicationTestingBuilder builder)
    {
        _built.TrySetResult(builder);
        return new EntryPointDoneException();
    }

    private void Invoke()
    {
        Ambient.Value = this;
        var entryPoint = appHost.EntryPoint ?? throw new InvalidOperationException($"{appHost} has no entry point.");
        try
        {
            entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? [] : [args]);
            _built.TrySetException(new InvalidOperationException("The AppHost has not built an application."));
        }
        catch (TargetInvocationException exception) when (exception.InnerException is EntryPointDoneException)
        {
            // The test has the builder.
        }
        catch (TargetInvocationException exception)
        {
            _built.TrySetException(exception.InnerException!);
        }
    }

    private sealed class EntryPointDoneException : Exception;
}
