using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Processes;
using Cirrus.Tests.Programs;
using Signals = Cirrus.Hosting.Local.Processes.Signals;

namespace Cirrus.Tests.Hosting;

public sealed class StopTests
{
    private const int SigStop = 19;

    [Fact]
    public async Task Dependents_end_before_what_they_depend_on()
    {
        await using var app = new LocalApp();
        const string script = "trap 'echo {0} >> ends; exit 0' TERM; echo {0} >> begun; while :; do sleep 0.05; done";
        var store = app.AddScript("store", script.Replace("{0}", "store", StringComparison.Ordinal));
        var api = app.AddScript("api", script.Replace("{0}", "api", StringComparison.Ordinal)).WaitFor(store);
        app.AddScript("edge", script.Replace("{0}", "edge", StringComparison.Ordinal)).WaitFor(api);
        await app.StartAsync();
        await app.HealthyAsync("edge");
        await Wait.UntilAsync("all listen to the signal", () => app.Lines("begun").Length == 3);

        await app.App.StopAsync();
        Assert.Equal(["edge", "api", "store"], app.Lines("ends"));
    }

    [Fact]
    public async Task A_process_that_ignores_the_signal_is_killed()
    {
        await using var app = new LocalApp();
        app.AddScript("deaf", "trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done");
        await AssertGoneAfterStopAsync(app, "pid");
    }

    [Fact]
    public async Task A_process_that_hangs_is_killed()
    {
        await using var app = new LocalApp();
        app.AddScript("stuck", "echo $$ > pid; exec sleep 1000");
        await app.StartAsync();
        var pid = await app.PidAsync("pid");
        Signals.Send(pid, SigStop);
        await Wait.UntilAsync("the process is stopped", () => ProcessTable.Find(pid)?.State == 'T');

        await app.App.StopAsync();
        Assert.Null(ProcessTable.Find(pid));
    }

    [Fact]
    public async Task Grandchildren_are_not_left_behind()
    {
        await using var app = new LocalApp();
        app.AddScript("parent", "trap '' TERM; sh -c 'sleep 1000 & echo $! > grandchild; wait' & echo $$ > pid; wait");
        await AssertGoneAfterStopAsync(app, "pid", "grandchild");
    }

    [Fact]
    public async Task Not_even_grandchildren_with_a_session_of_their_own()
    {
        await using var app = new LocalApp();
        app.AddScript("parent", "setsid sh -c 'trap \"\" TERM; echo $$ > grandchild; while :; do sleep 0.1; done' & echo $$ > pid; wait");
        await AssertGoneAfterStopAsync(app, "pid", "grandchild");
    }

    [Fact]
    public async Task The_watchdog_ends_what_its_host_could_not()
    {
        using var folder = new WorkFolder();
        var spec = new ProcessSpec("/bin/sleep", ["1000"], folder.Path, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" });
        using var child = Cirrus.Hosting.Local.Processes.ChildProcess.Start(spec, _ => { });
        using var spared = Cirrus.Hosting.Local.Processes.ChildProcess.Start(spec, _ => { });
        var watchdog = new Watchdog();
        watchdog.Add(spared.Id);
        watchdog.Add(child.Id);
        watchdog.Remove(spared.Id);

        // The end of its input is all it sees of its host, also when that was killed.
        watchdog.Dispose();
        await child.Exited.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(spared.Exited.IsCompleted);
        await spared.StopAsync(TimeSpan.FromSeconds(5));
    }

    private static async Task AssertGoneAfterStopAsync(LocalApp app, params string[] pidFiles)
    {
        await app.StartAsync();
        var pids = new List<int>();
        foreach (var file in pidFiles)
            pids.Add(await app.PidAsync(file));

        await app.App.StopAsync();
        Assert.All(pids, pid => Assert.Null(ProcessTable.Find(pid)));
    }
}
