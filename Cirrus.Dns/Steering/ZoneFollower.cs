using System.Diagnostics;
using Cirrus.Core.Changes;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Steering;

/// <summary>Follows the change log, so that the zone is built anew whenever something it says may have changed.</summary>
internal sealed class ZoneFollower(ChangeLog log, ZoneAssembly assembly, IOptions<DnsOptions> options) : BackgroundService
{
    private static readonly TimeSpan RetryUnresolved = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await assembly.ReloadAsync(stoppingToken);
        while (assembly.LacksAddresses)
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            turn.CancelAfter(RetryUnresolved);
            try
            {
                await FollowAsync(turn.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                await assembly.ResolveAsync(stoppingToken);
            }
        }
        await FollowAsync(stoppingToken);
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        await foreach (var batch in log.FollowAsync(() => assembly.Position, cancellation))
        {
            var started = Stopwatch.GetTimestamp();
            await (batch.Lost ? assembly.ReloadAsync(cancellation) : assembly.ApplyAsync(batch.Changes, cancellation));
            // The first change of a burst is served at once; what comes while we wait here is read as one batch.
            if (options.Value.BuildInterval - Stopwatch.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero)
                await Task.Delay(rest, cancellation);
        }
    }
}
