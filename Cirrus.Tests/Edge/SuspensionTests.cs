using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

public sealed class SuspensionTests : OwnEdgeTests
{
    [Fact]
    public async Task A_suspended_node_serves_nothing_stale_when_it_wakes()
    {
        var domain = await Fixture.AddDomainAsync();
        for (var i = 0; i < 4; i++)
        {
            var old = await Fixture.CacheAsync(domain, "/a");
            Edge.Freeze();
            await Control.PurgeUrlAsync(domain, "/a");
            await Task.Delay(TimeSpan.FromMilliseconds(1700));

            // Some requests wait in the socket already when the node wakes, some come just after.
            var waiting = Enumerable.Range(0, 8).Select(_ => Edge.GetAsync(domain, "/a")).ToList();
            await Task.Delay(50);
            Edge.Thaw();
            waiting.AddRange(Enumerable.Range(0, 8).Select(_ => Edge.GetAsync(domain, "/a")));

            foreach (var answer in await Task.WhenAll(waiting))
            {
                Assert.Equal(HttpStatusCode.OK, answer.Status);
                Assert.NotEqual(old, answer.Body);
            }
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    [InlineData(1000)]
    [InlineData(1200)]
    [InlineData(1500)]
    [InlineData(2000)]
    public async Task After_a_pause_of_any_length_open_connections_get_nothing_stale(int milliseconds)
    {
        var domain = await Fixture.AddDomainAsync();
        using var clients = new KeptConnections(8, Edge.HttpPort, domain);
        for (var round = 0; round < 4; round++)
        {
            var old = await Fixture.CacheAsync(domain, "/a");
            await clients.GetAllAsync("/a");

            Edge.Freeze();
            await Control.PurgeUrlAsync(domain, "/a");
            await Task.Delay(milliseconds);
            // Half of them ask before the node wakes, all go on asking right after.
            var early = clients.GetSomeAsync(4, "/a");
            Edge.Thaw();
            var answers = new List<string>(await early);
            for (var i = 0; i < 10; i++)
                answers.AddRange(await clients.GetAllAsync("/a"));

            Assert.DoesNotContain(old, answers);
        }
    }

    [Fact]
    public async Task A_node_whose_reader_hangs_refuses_rather_than_serve_stale()
    {
        var domain = await Fixture.AddDomainAsync();
        await Fixture.CacheAsync(domain, "/a");
        var reader = await ReaderAsync();

        Signals.Send(Signals.Stop, [reader]);
        await Control.PurgeUrlAsync(domain, "/a");
        await Task.Delay(TimeSpan.FromMilliseconds(1600));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Edge.GetAsync(domain, "/a")));
        Signals.Send(Signals.Continue, [reader]);

        Assert.All(answers, answer => Assert.False(answer.IsHit, answer.CacheStatus));
    }

    [Fact]
    public async Task A_killed_worker_comes_back_and_nothing_is_lost()
    {
        var domain = await Fixture.AddDomainAsync();
        for (var i = 0; i < 3; i++)
        {
            await Fixture.CacheAsync(domain, "/a");
            var worker = Edge.Workers()[i % 2];

            Signals.Send(Signals.Kill, [worker]);
            var change = await Control.PurgeUrlAsync(domain, "/a");
            await Wait.UntilAsync(
                "the worker is back", () => Edge.Workers().Count == 2 && !Edge.Workers().Contains(worker));

            await Edge.AppliedAsync(change);
            Assert.False((await Edge.GetAsync(domain, "/a")).IsHit);
        }
    }

    [Fact]
    public async Task Workers_end_when_their_master_is_killed()
    {
        var master = Edge.Process.Id;

        Signals.Send(Signals.Kill, [master]);
        await Wait.UntilAsync("nobody listens", () => !IsListening());
        await Edge.StartAsync();

        Assert.True((await Edge.StatusAsync()).Workers == 2);
    }

    private bool IsListening() =>
        System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Any(endpoint => endpoint.Port == Edge.HttpPort);

    // The worker with the connection to Redis.
    private async Task<int> ReaderAsync()
    {
        var port = Redis.Port.ToString("X4", System.Globalization.CultureInfo.InvariantCulture);
        var inode = "";
        await Wait.UntilAsync(
            "a worker is connected to Redis", () =>
            {
                inode = File.ReadLines("/proc/net/tcp")
                    .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Where(fields => fields[2].EndsWith($":{port}", StringComparison.Ordinal) && fields[3] == "01")
                    .Select(fields => $"socket:[{fields[9]}]")
                    .FirstOrDefault(socket => Edge.Workers().Any(id => Sockets(id).Contains(socket))) ?? "";
                return inode != "";
            });
        return Edge.Workers().Single(id => Sockets(id).Contains(inode));
    }

    private static List<string> Sockets(int process) => [.. Directory.GetFiles($"/proc/{process}/fd").Select(TargetOf)];

    private static string TargetOf(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, false)?.Name ?? "";
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return "";
        }
    }
}
