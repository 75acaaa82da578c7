using System.Diagnostics;
using System.Globalization;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using StackExchange.Redis;

namespace Cirrus.Bench.Dns;

/// <summary>From a change until all secondaries serve what follows, and what that costs Cirrus.Dns.</summary>
internal sealed class Measurement(IConnectionMultiplexer redis, string zone, int domains, int process, int[] ports) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly Secondary[] _secondaries = [.. ports.Select(p => new Secondary(p))];
    private readonly DomainStore _domains = new(redis);
    private readonly NodeStore _nodes = new(redis);

    /// <summary>Of domains that are added, and a node that goes down and comes back.</summary>
    /// <returns>Columns of the table.</returns>
    public async Task<string> RunAsync(int rounds)
    {
        var added = await AddedAsync(rounds);
        var (number, name) = await NodeOfFirstAsync();
        var down = new List<TimeSpan>();
        var up = await RoundsAsync(Math.Max(rounds / 4, 2), async _ =>
        {
            down.Add(await TurnAsync(number, name, NodeHealth.Down));
            await Task.Delay(Pause);
            return await TurnAsync(number, name, NodeHealth.Up);
        });
        return string.Join(" | ", [added, .. Columns(down), .. Columns(up.Took), Text(up.Cpu / 2)]);
    }

    /// <summary>Of domains that are added.</summary>
    /// <returns>Columns of the table.</returns>
    public async Task<string> AddedAsync(int rounds)
    {
        var first = (await _domains.FindAsync(Filling.DomainName(0)))!;
        // What runs for the first time is still being compiled.
        await RoundsAsync(2, i => AddAsync(first, -1 - i));
        var added = await RoundsAsync(rounds, i => AddAsync(first, i));
        return string.Join(" | ", [.. Columns(added.Took), Text(added.Cpu)]);
    }

    public void Dispose() => Array.ForEach(_secondaries, s => s.Dispose());

    // It wants no TLS: nothing is waited for.
    private async Task<TimeSpan> AddAsync(CdnDomain like, int i)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"added{i + 10}.bench.test");
        var start = Stopwatch.GetTimestamp();
        await _domains.PutAsync(like with { Name = name, Tls = null, Revision = 1 }, Filling.Actor);
        return await UntilAllAsync(AccessName.For(name, zone), answer => answer.Length > 0, start);
    }

    private async Task<TimeSpan> TurnAsync(int node, string name, NodeHealth health)
    {
        var address = Filling.AddressOf(node);
        var start = Stopwatch.GetTimestamp();
        await _nodes.SetHealthAsync(Filling.NodeId(node), health, "", DateTimeOffset.UtcNow);
        return await UntilAllAsync(
            AccessName.For(name, zone), answer => answer.Length > 0 && (answer.AsSpan().IndexOf(address) >= 0) == (health == NodeHealth.Up), start);
    }

    private async Task<TimeSpan> UntilAllAsync(string name, Func<byte[], bool> wanted, long start) =>
        (await Task.WhenAll(_secondaries.Select(s => s.UntilAsync(name, wanted, start)))).Max();

    private async Task<(List<TimeSpan> Took, double Cpu)> RoundsAsync(int rounds, Func<int, Task<TimeSpan>> round)
    {
        var took = new List<TimeSpan>();
        var before = CpuTime();
        for (var i = 0; i < rounds; i++)
        {
            took.Add(await round(i));
            await Task.Delay(Pause);
        }
        return (took, (CpuTime() - before).TotalMilliseconds / rounds);
    }

    // Of all threads, those included that have ended since. It is told in steps of 10 ms: too coarse for a round alone.
    private TimeSpan CpuTime()
    {
        using var measured = Process.GetProcessById(process);
        return measured.TotalProcessorTime;
    }

    /// <summary>A domain in the midst of all, and one of the nodes that it is led to.</summary>
    private async Task<(int Node, string Domain)> NodeOfFirstAsync()
    {
        var domain = Filling.DomainName(domains / 2);
        var nodes = await _nodes.ListAsync();
        var options = new ZoneOptions { Name = zone };
        var chosen = new Assignment(options, [.. nodes]).OfLabel(AccessName.Label(domain), Lead.Of(null, options))[0];
        return (nodes.ToList().FindIndex(n => n.Node.Id == chosen.Id), domain);
    }

    private static string[] Columns(List<TimeSpan> took) => [Text(took.Order().ElementAt(took.Count / 2).TotalMilliseconds), Text(took.Max().TotalMilliseconds)];

    private static string Text(double milliseconds) => milliseconds.ToString("F1", CultureInfo.InvariantCulture);
}
