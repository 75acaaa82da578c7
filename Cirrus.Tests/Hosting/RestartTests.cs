using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Orchestration;
using Cirrus.Hosting.Local.Processes;
using Cirrus.Tests.Programs;
using Signals = Cirrus.Hosting.Local.Processes.Signals;

namespace Cirrus.Tests.Hosting;

public sealed class RestartTests
{
    [Fact]
    public async Task A_crashed_process_is_started_again_after_growing_waits()
    {
        await using var app = new LocalApp();
        app.AddScript("crash", "date +%s%3N >> starts; exit 3");
        await app.StartAsync();

        await Wait.UntilAsync("three starts", () => app.Lines("starts").Length >= 3);
        var starts = app.Lines("starts").Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(starts[1] - starts[0], 490, long.MaxValue);
        Assert.InRange(starts[2] - starts[1], 990, long.MaxValue);
    }

    [Fact]
    public async Task A_killed_process_comes_back_and_is_healthy_again()
    {
        await using var app = new LocalApp();
        app.AddScript("server", "echo $$ >> pid; exec sleep 1000");
        await app.StartAsync();
        await app.HealthyAsync("server");
        var first = await app.PidAsync("pid");

        var crashed = app.StateAsync("server", KnownResourceStates.Exited);
        Signals.Send(first, Signals.Kill);
        await crashed;
        await app.HealthyAsync("server");
        await Wait.UntilAsync("a second start", () => app.Lines("pid").Length == 2);
        Assert.NotEqual(first, await app.PidAsync("pid"));
    }

    [Fact]
    public async Task What_a_killed_master_leaves_behind_is_gone_before_the_next_start()
    {
        await using var app = new LocalApp();
        app.AddScript("master", "sleep 1000 & echo $! >> worker; echo $$ >> master; wait");
        await app.StartAsync();
        var (master, worker) = (await app.PidAsync("master"), await app.PidAsync("worker"));

        Signals.Send(master, Signals.Kill);
        await Wait.UntilAsync("a second worker", () => app.Lines("worker").Length == 2);
        Assert.Null(ProcessTable.Find(worker));
    }

    [Fact]
    public async Task A_stopped_resource_stays_stopped_until_it_is_started()
    {
        await using var app = new LocalApp();
        app.AddScript("server", "echo $$ >> pid; exec sleep 1000");
        await app.StartAsync();
        var pid = await app.PidAsync("pid");

        var stop = await app.App.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StopCommand);
        Assert.True(stop.Success);
        Assert.Equal(KnownResourceStates.Finished, app.StateOf("server"));
        Assert.Null(ProcessTable.Find(pid));

        await app.App.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StartCommand);
        await app.HealthyAsync("server");
        await Wait.UntilAsync("a second start", () => app.Lines("pid").Length == 2);
    }

    [Fact]
    public void Waits_double_up_to_the_longest_and_start_anew_after_a_stable_run()
    {
        var backoff = new RestartBackoff(TimeSpan.FromSeconds(1));
        double[] waits = [.. Enumerable.Range(0, 7).Select(_ => backoff.After(TimeSpan.Zero).TotalSeconds)];
        Assert.Equal([1, 2, 4, 8, 16, 24, 24], waits);
        Assert.Equal(TimeSpan.FromSeconds(1), backoff.After(RestartBackoff.Stable));
        Assert.Equal(1, backoff.Failures);
    }
}
