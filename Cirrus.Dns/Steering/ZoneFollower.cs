using System.Diagnostics;
using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Cirrus.Dns.Transfers;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Dns.Steering;

/// <summary>Follows the change log and builds the zone anew whenever something it says may have changed.</summary>
internal sealed partial class ZoneFollower(
    ChangeLog log, DomainStore domains, NodeStore nodes, ChallengeStore challenges, SecondaryAddresses secondaries, ZonePublisher publisher,
    IOptions<ZoneOptions> zone, IOptions<DnsOptions> options, ILogger<ZoneFollower> logger) : BackgroundService
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryUnresolved = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);
    private IReadOnlyList<NodeView> _nodes = [];
    private IReadOnlyList<Challenge> _challenges = [];
    private ChangeId _position;

    private IReadOnlyList<NameServer> _nameServers = [];

    // Null: something changed since it was built, also when the attempt to publish failed meanwhile.
    private ZoneContent? _content;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await UntilDoneAsync(ReloadAsync, stoppingToken);
        while (Unresolved(_nameServers) > 0)
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            turn.CancelAfter(RetryUnresolved);
            try
            {
                await FollowAsync(turn.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                await UntilDoneAsync(ResolveAsync, stoppingToken);
            }
        }
        await FollowAsync(stoppingToken);
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        await foreach (var batch in log.FollowAsync(() => _position, cancellation))
        {
            var started = Stopwatch.GetTimestamp();
            await UntilDoneAsync(() => batch.Lost ? ReloadAsync() : ApplyAsync(batch.Changes), cancellation);
            // The first change of a burst is served at once; what comes while we wait here is read as one batch.
            if (options.Value.BuildInterval - Stopwatch.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero)
                await Task.Delay(rest, cancellation);
        }
    }

    // No change in the log tells that a name resolves at last. The watchers, who ask again and again, keep what is known new.
    private async Task ResolveAsync()
    {
        if (Unresolved(secondaries.KnownNameServers()) < Unresolved(_nameServers))
            _content = null;
        await PublishAsync(_position);
    }

    private static int Unresolved(IReadOnlyList<NameServer> servers) => servers.Count(s => s.Glue.Count == 0);

    private async Task ReloadAsync()
    {
        // The tail first: what is written while we read is then read again from the log.
        var tail = await log.TailAsync();
        var all = new HashSet<string>(StringComparer.Ordinal);
        IReadOnlyList<string> page;
        var after = "";
        do
        {
            page = await domains.NamesAsync(after, PageSize);
            all.UnionWith(page);
            after = page.Count > 0 ? page[^1] : after;
        }
        while (page.Count == PageSize);

        var found = await nodes.ListAsync();
        var challenged = await challenges.ListAsync();
        _domains.Clear();
        _domains.UnionWith(all);
        _nodes = found;
        _challenges = challenged;
        _content = null;
        await PublishAsync(tail);
    }

    private async Task ApplyAsync(IReadOnlyList<Change> changes)
    {
        if (changes.Any(c => c.Type is ChangeTypes.NodePut or ChangeTypes.NodeDelete or ChangeTypes.NodeHealth))
        {
            _nodes = await nodes.ListAsync();
            _content = null;
        }
        if (changes.Any(c => c.Type == ChangeTypes.AcmeChallenge))
        {
            _challenges = await challenges.ListAsync();
            _content = null;
        }
        foreach (var change in changes)
        {
            var names = change.Type switch
            {
                ChangeTypes.DomainPut => _domains.Add(change.Key),
                ChangeTypes.DomainDelete => _domains.Remove(change.Key),
                _ => false,
            };
            if (names)
                _content = null;
        }
        await PublishAsync(changes[^1].Id);
    }

    private async Task PublishAsync(ChangeId upTo)
    {
        if (_content is null)
        {
            _nameServers = await secondaries.NameServersAsync();
            _content = ZoneBuilder.Build(new ZoneInput(zone.Value, options.Value, _nameServers, _domains, _nodes, _challenges));
        }
        await publisher.PublishAsync(_content, upTo);
        _position = upTo;
    }

    private async Task UntilDoneAsync(Func<Task> work, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                LogRetrying(e.Message);
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The zone stays as it is, Redis does not answer: {Reason}")]
    private partial void LogRetrying(string reason);
}
