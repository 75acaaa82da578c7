using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Console;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.Tests.Hosting;

public sealed class ConsoleTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly TextWriter _synchronized;
    private readonly ConsoleWriter _console;
    private readonly ConsoleReport _report;
    private readonly LogFolder _logs;

    public ConsoleTests()
    {
        _synchronized = TextWriter.Synchronized(_output);
        _console = new ConsoleWriter(_synchronized, colour: false);
        _report = new ConsoleReport(_console);
        _logs = new LogFolder(_folder.At("logs"));
    }

    public void Dispose()
    {
        _report.Dispose();
        _logs.Dispose();
        _output.Dispose();
        _folder.Dispose();
    }

    // It may be written to meanwhile: what synchronizes its writers locks itself.
    private string Output
    {
        get
        {
            lock (_synchronized)
                return _output.ToString();
        }
    }

    [Fact]
    public void One_table_is_printed_when_all_are_healthy()
    {
        var (store, api) = (Script("store"), Script("api"));
        _report.Begin([store, api], _logs);
        Tell(store, KnownResourceStates.Running, HealthStatus.Healthy);
        Assert.DoesNotContain("RESOURCE", Output, StringComparison.Ordinal);

        Tell(api, KnownResourceStates.Running, HealthStatus.Healthy);
        Tell(api, KnownResourceStates.Running, HealthStatus.Unhealthy);
        Tell(api, KnownResourceStates.Running, HealthStatus.Healthy);
        Assert.Equal(2, Output.Split("RESOURCE  STATE    URL").Length);
        Assert.Contains("  store     healthy", Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_is_named_with_the_end_of_its_log()
    {
        var (store, api) = (Script("store"), Script("api"));
        _report.Begin([store, api], _logs);
        _logs.For("api", _console).Write("no such file");
        Tell(store, KnownResourceStates.Running, HealthStatus.Healthy);
        Tell(api, KnownResourceStates.Exited, health: null, "exited with code 2");

        await Wait.UntilAsync("the table", () => Output.Contains("RESOURCE", StringComparison.Ordinal));
        await Wait.UntilAsync("the log", () => Output.Split("RESOURCE")[1].Contains("no such file", StringComparison.Ordinal));
        Assert.Contains("api       exited (exited with code 2)", Output, StringComparison.Ordinal);
    }

    private static ExecutableResource Script(string name) => new(name, "sh", "/");

    private void Tell(ExecutableResource resource, string state, HealthStatus? health, string? problem = null) => _report.OnChange(new ResourceEvent(
        resource, resource.Name, new CustomResourceSnapshot { State = new ResourceStateSnapshot(state, null), HealthStatus = health, Problem = problem }));
}
