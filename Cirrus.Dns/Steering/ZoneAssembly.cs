using System.Diagnostics;
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
/// All that the zone is made of, as it was last read. Whoever has news of something says so here, and one after the other it is read, worked
/// into the zone and offered; while Redis is away that is tried again.
/// </summary>
internal sealed partial class ZoneAssembly(
    ChangeLog log, DomainLeads domains, NodeStore nodes, AppliedLog applied, ChallengeStore challenges, SecondaryAddresses secondaries,
    RegionalZone regional, ZoneLine line, ZoneMetrics metrics, IOptions<ZoneOptions> zone, IOptions<DnsOptions> options, ILogger<ZoneAssembly> logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger = logger;
    private readonly SemaphoreSlim _turn = new(1);
    private ZoneDraft? _draft;
    private long _edition;
    private volatile bool _awaitsNodes;
    private Naming? _naming;

    /// <summary>The newest change that is in the zone; asked by the one who applies changes.</summary>
    public ChangeId Position { get; private set; }

    /// <summary>Which nodes the zone names; null before there is one.</summary>
    public Naming? Naming => Volatile.Read(ref _naming);

    /// <summary>Whether a node that may be named has yet to apply a certificate.</summary>
    public bool AwaitsNodes => _awaitsNodes;

    /// <summary>Whether there are secondaries of which no address is known.</summary>
    public bool LacksAddresses => Unresolved(_draft?.NameServers ?? []) > 0;

    /// <summary>Reads everything.</summary>
    public Task ReloadAsync(CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            var started = Stopwatch.GetTimestamp();
            // The tail first: what is written while we read is then read again from the log.
            var tail = await log.TailAsync();
            var input = new ZoneInput(
                zone.Value, options.Value, await NameServersAsync(), await domains.AllAsync(), await nodes.ListAsync(),
                await challenges.ListAsync());
            var read = Stopwatch.GetTimestamp();
            var draft = new ZoneDraft(input);
            var content = draft.Content;
            LogRead(
                input.Domains.Count, Stopwatch.GetElapsedTime(started, read).TotalMilliseconds, Stopwatch.GetElapsedTime(read).TotalMilliseconds,
                content.Count);
            await OfferAsync(draft, tail, started, whole: true);
        },
        cancellation);

    /// <summary>Reads what the changes are about.</summary>
    public Task ApplyAsync(IReadOnlyList<Change> changes, CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            var (draft, started) = (_draft!, Stopwatch.GetTimestamp());
            if (changes.Any(c => c.Type is ChangeTypes.NodePut or ChangeTypes.NodeDelete or ChangeTypes.NodeHealth))
                draft.Put(await nodes.ListAsync());
            if (changes.Any(c => c.Type == ChangeTypes.AcmeChallenge))
                draft.Put(await challenges.ListAsync());
            foreach (var (name, domain) in await domains.ReadAsync(changes))
            {
                if (domain is not null)
                    draft.Put(name, domain);
                else
                    draft.Remove(name);
            }
            await OfferAsync(draft, changes[^1].Id, started);
        },
        cancellation);

    /// <summary>Reads what nodes have applied.</summary>
    public Task LookAtNodesAsync(CancellationToken cancellation) => TakeTurnAsync(() => OfferAsync(_draft!, Position, Stopwatch.GetTimestamp()), cancellation);

    /// <summary>Looks whether an address of a secondary is known at last: no change in the log tells that a name resolves.</summary>
    public Task ResolveAsync(CancellationToken cancellation) => TakeTurnAsync(
        async () =>
        {
            // The watchers, who ask again and again, keep what is known new.
            if (Unresolved(secondaries.KnownNameServers()) < Unresolved(_draft!.NameServers))
                _draft.Put(await NameServersAsync());
            await OfferAsync(_draft, Position, Stopwatch.GetTimestamp());
        },
        cancellation);

    public void Dispose() => _turn.Dispose();

    private static int Unresolved(IReadOnlyList<NameServer> servers) => servers.Count(s => s.Glue.Count == 0);

    private async Task<IReadOnlyList<NameServer>> NameServersAsync() => [.. await secondaries.NameServersAsync(), .. DirectServers.Of(options.Value)];

    private async Task OfferAsync(ZoneDraft draft, ChangeId upTo, long started, bool whole = false)
    {
        // What is known of the nodes may be old: nobody looks while it does not matter.
        if (draft.AwaitsNodes)
            draft.Put(await applied.WithNewestAsync(draft.Nodes));
        _awaitsNodes = draft.AwaitsNodes;
        var isOther = !ReferenceEquals(draft, _draft) || draft.Edition != _edition;
        if (isOther)
            regional.Build(draft);
        if (isOther || upTo != Position)
        {
            var content = draft.Content;
            var built = Stopwatch.GetTimestamp();
            metrics.Built(whole, Stopwatch.GetElapsedTime(started, built));
            await line.OfferAsync(content, upTo);
            metrics.Published(Stopwatch.GetElapsedTime(built));
        }
        if (isOther)
            Volatile.Write(ref _naming, Naming.After(_naming, upTo, draft.Named()));
        (_draft, _edition, Position) = (draft, draft.Edition, upTo);
    }

    private async Task TakeTurnAsync(Func<Task> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await RedisAway.InsistAsync(work, Pause, TimeProvider.System, LogRetrying, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    [LoggerMessage(
        LogLevel.Information, "{Domains} domains read in {Reading:F0} ms, made into a zone in {Building:F0} ms: {Records} records")]
    private partial void LogRead(int domains, double reading, double building, int records);

    [LoggerMessage(LogLevel.Warning, "The zone stays as it is, Redis does not answer: {Reason}")]
    private partial void LogRetrying(string reason);
}
