using System.Runtime.InteropServices;
using Cirrus.Hosting.Local.Console;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>The first signal stops the application in order, a second Ctrl-C kills every process at once.</summary>
/// <param name="listen">False in tests, where signals are the test runner's.</param>
internal sealed class SignalLifetime(IServiceProvider services, bool listen) : IHostLifetime, IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _interrupts;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        if (listen)
            _registrations.AddRange(Signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (signal.Signal == PosixSignal.SIGINT && Interlocked.Increment(ref _interrupts) > 1)
        {
            services.GetRequiredService<Orchestrator>().Kill();
            Environment.Exit(130);
        }

        var application = services.GetRequiredService<IHostApplicationLifetime>();
        if (!application.ApplicationStopping.IsCancellationRequested)
            services.GetRequiredService<ConsoleWriter>().Line("stopping; Ctrl-C again kills everything at once");
        application.StopApplication();
    }
}
