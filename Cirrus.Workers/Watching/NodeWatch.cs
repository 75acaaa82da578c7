using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Health;
using Cirrus.Workers.Receipts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Watching;

/// <summary>Decides which nodes are up and keeps their receipts for as long as this instance holds the watch.</summary>
internal sealed partial class NodeWatch(
    IConnectionMultiplexer redis, NodeStore nodes, HealthHistory history, NodeFollower follower, VoteStore votes, AppliedLog applied,
    ReceiptFollower receipts, Findings findings, IOptions<HealthOptions> health, TimeProvider time, ILogger<NodeWatch> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(Lease lease, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var docket = new Docket(lease, nodes, history, applied, receipts, findings, health.Value, time, _logger);
        var following = follower.RunAsync(docket, end.Token);
        var judging = JudgeAsync(docket, end.Token);
        try
        {
            await await Task.WhenAny(following, judging);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(following, judging).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task JudgeAsync(Docket docket, CancellationToken cancellation)
    {
        await using var bell = await Bell.ListenAsync(redis, RedisKeys.VotesBell);
        IReadOnlyList<Voter> voters = [];
        while (true)
        {
            voters = await TryJudgeAsync(docket, voters);
            // The bell wakes at once; besides, workers fall silent without a word, and a bell may be lost.
            await bell.WaitAsync(health.Value.Interval, cancellation);
        }
    }

    private async Task<IReadOnlyList<Voter>> TryJudgeAsync(Docket docket, IReadOnlyList<Voter> before)
    {
        try
        {
            var voters = await votes.ReadAsync(before);
            await docket.JudgeAsync(voters);
            return voters;
        }
        catch (Exception e) when (e.IsRedisAway() || e is LeaseLostException)
        {
            LogNotDecided(e.Message);
            return before;
        }
    }

    [LoggerMessage(LogLevel.Warning, "What is to be known of the nodes could not be read or stored, trying again: {Reason}")]
    private partial void LogNotDecided(string reason);
}
