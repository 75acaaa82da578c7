using System.Diagnostics;
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
    ChangeLog log, DomainStore domains, NodeStore nodes, SecondaryAddresses secondaries, ZonePublisher publisher,
    IOptions<ZoneOptions> zone, IOptions<DnsOptions> options, ILogger<ZoneFollower> logger) : BackgroundService
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger = logger;
    private readonly HashSet<string> _domains = new(StringComparer.Ordinal);
    private IReadOnlyList<NodeView> _nodes = [];
    private ChangeId _position;

    // Null: something changed since it was built, also when the attempt to publish failed meanwhile.
    private ZoneContent? _content;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await UntilDoneAsync(ReloadAsync, stoppingToken);
        await foreach (var batch in log.FollowAsync(() => _position, stoppingToken))
        {
            var started = Stopwatch.GetTimestamp();
            await UntilDoneAsync(() => batch.Lost ? ReloadAsync() : ApplyAsync(batch.Changes), stoppingToken);
            // The first change of a burst is served at once; what comes while we wait here is read as one batch.
            if (options.Value.BuildInterval - Stopwatch.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero)
                await Task.Delay(rest, stoppingToken);
        }
    }

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
        _domains.Clear();
        _domains.UnionWith(all);
        _nodes = found;
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
        _content ??= ZoneBuilder.Build(
            new ZoneInput(zone.Value, options.Value, await secondaries.NameServersAsync(), _domains, _nodes));
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
