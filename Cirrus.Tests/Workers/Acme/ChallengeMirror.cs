using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using Cirrus.Core.Secondaries;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>In the place of Dns and its secondaries: serves the challenges by a real name server, and says so as they would.</summary>
internal sealed class ChallengeMirror : IAsyncDisposable
{
    public const string Name = "ns1";

    private readonly ChallengeServer _server;
    private readonly string _zone;
    private readonly ChallengeStore _challenges;
    private readonly ChangeLog _log;
    private readonly AppliedLog _applied;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, IReadOnlyList<string>> _served = [];
    private readonly Task _work;

    private ChallengeMirror(IConnectionMultiplexer redis, ChangeLog log, ChallengeServer server, string zone)
    {
        _server = server;
        _zone = zone;
        _challenges = new ChallengeStore(redis);
        _log = log;
        _applied = new AppliedLog(redis);
        _work = RunAsync();
    }

    /// <summary>It serves nothing new while this is true.</summary>
    public volatile bool Paused;

    /// <summary>It serves a wrong value for these names.</summary>
    public HashSet<string> Wrong { get; } = [];

    public static async Task<ChallengeMirror> StartAsync(IConnectionMultiplexer redis, ChangeLog log, ChallengeServer server, string zone)
    {
        await new SecondaryStore(redis).PutAsync(new Secondary(Name, "127.0.0.1", server.Port, 1, true, DateTimeOffset.UtcNow));
        return new ChallengeMirror(redis, log, server, zone);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        var position = ChangeId.Zero;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var tail = await _log.TailAsync();
                if (tail != position && !Paused)
                {
                    await ServeAsync();
                    await _applied.RecordSecondaryAsync(Name, tail, DateTimeOffset.UtcNow);
                    position = tail;
                }
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                // A test has taken it away; it comes back.
            }
            await Task.Delay(10);
        }
    }

    private async Task ServeAsync()
    {
        var wanted = (await _challenges.ListAsync()).GroupBy(c => c.Name).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.SelectMany(c => c.Values)]);
        foreach (var name in _served.Keys.Union(wanted.Keys).ToList())
        {
            var values = wanted.GetValueOrDefault(name, []);
            if (_served.GetValueOrDefault(name, []).SequenceEqual(values))
                continue;
            var record = $"_acme-challenge.{AccessName.For(name, _zone)}";
            await _server.ClearTxtAsync(record);
            foreach (var value in values)
                await _server.AddTxtAsync(record, Wrong.Contains(name) ? "wrong" : value);
            _served[name] = values;
        }
    }
}
