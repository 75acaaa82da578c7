using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Transfers;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Steering;

/// <summary>
/// All that the zone is made of, as it was last read, and the zone built from it. Whoever has news of something says so here, and one after the
/// other it is read, built and published; while Redis is away that is tried again.
/// </summary>
internal sealed partial class ZoneAssembly(
    ChangeLog log, DomainGates domains, NodeStore nodes, AppliedLog applied, ChallengeStore challenges, SecondaryAddresses secondaries,
    RegionalZone regional, ZonePublisher publisher, IOptions<ZoneOptions> zone, IOptions<DnsOptions> options, ILogger<ZoneAssembly> logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger = logger;
    private readonly SemaphoreSlim _turn = new(1);
    private IReadOnlyList<NodeView> _nodes = [];
    private IReadOnlyList<Challenge> _challenges = [];
    private IReadOnlyList<NameServer> _nameServers = [];

    // Null: something changed since it was built.
    private ZoneContent? _content;
    private bool _isPublished;
    private volatile bool _awaitsNodes;

    /// <summary>The newest change that is in the zone; asked by the one who applies changes.</summary>
    public ChangeId Position { get; private set; }

    /// <summary>Whether a node that may be named has yet to apply a certificate.</summary>
    public bool AwaitsNodes => _awaitsNodes;

    /// <summary>Whether there are secondaries of which no address is known.</summary>
    public bool LacksAddresses => Unresolved(_nameServers) > 0;

    /// <summary>Reads everything.</summary>
    public Task ReloadAsync(CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            // The tail first: what is written while we read is then read again from the log.
            var tail = await log.TailAsync();
            await domains.LoadAsync();
            _nodes = await nodes.ListAsync();
            _challenges = await challenges.ListAsync();
            Outdate();
            await PublishAsync(tail);
        },
        cancellation);

    /// <summary>Reads what the changes are about.</summary>
    public Task ApplyAsync(IReadOnlyList<Change> changes, CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            if (changes.Any(c => c.Type is ChangeTypes.NodePut or ChangeTypes.NodeDelete or ChangeTypes.NodeHealth))
            {
                _nodes = await nodes.ListAsync();
                Outdate();
            }
            if (changes.Any(c => c.Type == ChangeTypes.AcmeChallenge))
            {
                _challenges = await challenges.ListAsync();
                Outdate();
            }
            if (await domains.ApplyAsync(changes))
                Outdate();
            await PublishAsync(changes[^1].Id);
        },
        cancellation);

    /// <summary>Reads what nodes have applied.</summary>
    public Task LookAtNodesAsync(CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            var before = _nodes;
            await CatchUpAsync();
            if (GateProgress.Opens(domains.All.Values, before, _nodes))
                Outdate();
            if (!_isPublished)
                await PublishAsync(Position);
        },
        cancellation);

    /// <summary>Looks whether an address of a secondary is known at last: no change in the log tells that a name resolves.</summary>
    public Task ResolveAsync(CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            // The watchers, who ask again and again, keep what is known new.
            if (Unresolved(secondaries.KnownNameServers()) < Unresolved(_nameServers))
                Outdate();
            await PublishAsync(Position);
        },
        cancellation);

    public void Dispose() => _turn.Dispose();

    private static int Unresolved(IReadOnlyList<NameServer> servers) => servers.Count(s => s.Glue.Count == 0);

    private void Outdate()
    {
        _content = null;
        _isPublished = false;
    }

    private async Task PublishAsync(ChangeId upTo)
    {
        if (_content is null)
        {
            await CatchUpAsync();
            _nameServers = [.. await secondaries.NameServersAsync(), .. DirectServers.Of(options.Value)];
            var input = new ZoneInput(zone.Value, options.Value, _nameServers, domains.All, _nodes, _challenges);
            _content = ZoneBuilder.Build(input);
            regional.Build(input);
        }
        await publisher.PublishAsync(_content, upTo);
        _isPublished = true;
        Position = upTo;
    }

    // What is known of the nodes may be old: nobody looks while it does not matter.
    private async Task CatchUpAsync()
    {
        if (GateProgress.IsAwaited(domains.All.Values, _nodes))
            _nodes = await applied.WithNewestAsync(_nodes);
        _awaitsNodes = GateProgress.IsAwaited(domains.All.Values, _nodes);
    }

    private async Task TakeTurnAsync(Func<Task> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            while (!await TryAsync(work))
                await Task.Delay(Pause, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogRetrying(e.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The zone stays as it is, Redis does not answer: {Reason}")]
    private partial void LogRetrying(string reason);
}
