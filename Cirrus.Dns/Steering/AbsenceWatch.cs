using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Steering;

/// <summary>Notes of each node since when DNS has not named it, and when the last answer that did has run out. The process that leads does.</summary>
internal sealed partial class AbsenceWatch(
    ZoneAssembly assembly, Leadership leadership, NodeStore nodes, AppliedLog applied, IOptions<DnsOptions> options, TimeProvider time,
    ILogger<AbsenceWatch> logger) : BackgroundService
{
    // Answers hold for seconds at least, so nobody waits for this.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (seen, isPending) = ((Naming?)null, true);
        using var timer = new PeriodicTimer(Look, time);
        do
        {
            await leadership.Taken.WaitAsync(stoppingToken);
            if (assembly.Naming is not { } naming || (ReferenceEquals(naming, seen) && !isPending))
                continue;
            isPending = await NoteAsync(naming);
            seen = naming;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Whether something is yet to be noted.</summary>
    private async Task<bool> NoteAsync(Naming naming)
    {
        try
        {
            var isPending = false;
            foreach (var (node, status) in await nodes.ListAsync())
            {
                var absence = naming.AbsenceOf(node.Id, status.Absence);
                if (absence is { Over: null } && await ServedAsync(absence.Change) is { } at)
                    absence = absence with { Over = at.AddSeconds(absence.Ttl) };
                if (absence != status.Absence)
                    await nodes.RecordAbsenceAsync(node.Id, absence, leadership.Lease);
                isPending |= absence is { Over: null };
            }
            return isPending;
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogUnwritten(e.Message);
            return true;
        }
    }

    // Null: a secondary may still have the zone before. Without secondaries it is this process that answers.
    private async Task<DateTimeOffset?> ServedAsync(ChangeId change)
    {
        var sightings = await Task.WhenAll(options.Value.Secondaries.Select(s => applied.SecondaryAppliedAsync(s.Name, change)));
        var now = time.GetUtcNow();
        return sightings.Any(s => s is null) ? null : sightings.Select(s => s!.At ?? now).DefaultIfEmpty(now).Max();
    }

    [LoggerMessage(LogLevel.Warning, "Since when nodes are not named can't be noted, trying again: {Reason}")]
    private partial void LogUnwritten(string reason);
}
