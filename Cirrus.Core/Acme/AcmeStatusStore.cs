using System.Globalization;
using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>Keeps how far the certificate of each domain has come, and what is due when: <c>cdn:acme:*</c> (docs/redis.md).</summary>
public sealed class AcmeStatusStore(IConnectionMultiplexer redis)
{
    private static readonly Script Queue = new(Accept.File, "queue_certificate.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    public async Task<AcmeStatus?> FindAsync(string domain)
    {
        var hash = await _db.HashGetAllAsync(RedisKeys.AcmeStatus(domain));
        if (hash.Length == 0)
            return null;
        var fields = hash.ToDictionary(e => (string)e.Name!, e => (string)e.Value!);
        return new AcmeStatus(
            Phase(fields.GetValueOrDefault("status", "queued")),
            fields.GetValueOrDefault("step", ""), Time(fields.GetValueOrDefault("since")) ?? DateTimeOffset.UnixEpoch,
            fields.GetValueOrDefault("error", ""), fields.GetValueOrDefault("problem", ""), fields.GetValueOrDefault("ca", ""),
            int.Parse(fields.GetValueOrDefault("attempts", "0"), CultureInfo.InvariantCulture), Time(fields.GetValueOrDefault("next")),
            fields.GetValueOrDefault("renewal", ""), fields.GetValueOrDefault("requestedBy", ""));
    }

    /// <summary>How far these domains have come, in their order; null where nobody has asked for a certificate.</summary>
    public async Task<IReadOnlyList<AcmePhase?>> PhasesAsync(IEnumerable<string> domains)
    {
        var words = await Task.WhenAll(domains.Select(d => _db.HashGetAsync(RedisKeys.AcmeStatus(d), "status")));
        return Array.ConvertAll(words, w => w.IsNull ? default(AcmePhase?) : Phase((string)w!));
    }

    /// <summary>Asks for a certificate now; a worker hears of it at once. What is under way already goes on. The audit trail has it in the same step.</summary>
    /// <returns>False: there is no such domain, or one is under way.</returns>
    public Task<bool> RequestAsync(string domain, Actor actor, DateTimeOffset now) => QueueAsync(domain, actor, "acme-request", now);

    /// <summary>The same of the workers' own accord, which is no decision of anybody's for the audit trail.</summary>
    /// <param name="requestedBy">Empty: who asked last stays.</param>
    public Task<bool> QueueAsync(string domain, string requestedBy, DateTimeOffset now) => QueueAsync(domain, new Actor(requestedBy), "", now);

    /// <summary>Writes what is known; with <see cref="AcmeStatus.Next"/> the domain is in the queue for that moment, without it is not.</summary>
    /// <param name="ends">The order under way has ended: it and its key are forgotten in the same step.</param>
    /// <param name="since">Of the status from which this one was made: when somebody has asked meanwhile that stays, and nothing is written.</param>
    /// <returns>False: the domain was deleted meanwhile, nothing was written.</returns>
    /// <exception cref="LeaseLostException">Another worker works for the domain; nothing was written.</exception>
    public async Task<bool> WriteAsync(string domain, AcmeStatus status, Lease lease, bool ends = false, DateTimeOffset? since = null)
    {
        var write = _db.CreateTransaction();
        write.AddCondition(lease.IsHeld);
        var unchanged = since is { } read
            ? write.AddCondition(Condition.HashEqual(RedisKeys.AcmeStatus(domain), "since", read.ToUnixTimeMilliseconds())) : null;
        // What is written of a domain that was deleted meanwhile would stay for good.
        var exists = write.AddCondition(Condition.KeyExists(RedisKeys.Domain(domain)));
        _ = write.HashSetAsync(RedisKeys.AcmeStatus(domain),
        [
            new("status", JsonSerializer.Serialize(status.Phase, CoreJson.Default.AcmePhase).Trim('"')), new("step", status.Step),
            new("since", status.Since.ToUnixTimeMilliseconds()), new("error", status.Error), new("problem", status.Problem),
            new("ca", status.Authority), new("attempts", status.Failures), new("next", status.Next?.ToUnixTimeMilliseconds() ?? RedisValue.EmptyString),
            new("renewal", status.Reason), new("requestedBy", status.RequestedBy),
        ]);
        _ = status.Next is { } next
            ? write.SortedSetAddAsync(RedisKeys.AcmeDue, domain, next.ToUnixTimeMilliseconds())
            : write.SortedSetRemoveAsync(RedisKeys.AcmeDue, domain);
        if (ends)
            _ = write.KeyDeleteAsync([RedisKeys.AcmeTask(domain), RedisKeys.AcmeCertificateKey(domain)]);
        if (await write.ExecuteAsync())
            return true;
        if (exists.WasSatisfied && unchanged is { WasSatisfied: false })
            return true;
        return exists.WasSatisfied ? throw new LeaseLostException() : false;
    }

    /// <summary>Puts off when a domain is due again that a worker is at: no other need look meanwhile.</summary>
    public async Task PostponeAsync(string domain, DateTimeOffset until)
    {
        var write = _db.CreateTransaction();
        write.AddCondition(Condition.HashEqual(RedisKeys.AcmeStatus(domain), "status", "running"));
        _ = write.SortedSetUpdateAsync(RedisKeys.AcmeDue, domain, until.ToUnixTimeMilliseconds(), SortedSetWhen.Exists);
        await write.ExecuteAsync();
    }

    /// <summary>Takes a domain off the queue.</summary>
    public Task ForgetAsync(string domain) => _db.SortedSetRemoveAsync(RedisKeys.AcmeDue, domain);

    /// <summary>Wakes the workers.</summary>
    public Task RingAsync(string domain) => _db.PublishAsync(RedisChannel.Literal(RedisKeys.AcmeBell), domain);

    /// <summary>When something is due for each of these domains; null: nothing is.</summary>
    public async Task<DateTimeOffset?[]> DueAsync(IReadOnlyCollection<string> domains) => domains.Count == 0 ? [] : Array.ConvertAll(
        await _db.SortedSetScoresAsync(RedisKeys.AcmeDue, [.. domains.Select(d => (RedisValue)d)]),
        s => s is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : (DateTimeOffset?)null);

    /// <summary>Domains for which something is due by now, the longest due first.</summary>
    public async Task<IReadOnlyList<string>> DueAsync(DateTimeOffset now, int limit) => Array.ConvertAll(
        await _db.SortedSetRangeByScoreAsync(RedisKeys.AcmeDue, double.NegativeInfinity, now.ToUnixTimeMilliseconds(), take: limit), d => (string)d!);

    /// <summary>When the next one is due of those that are not yet; null when nothing is.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(DateTimeOffset now) =>
        await _db.SortedSetRangeByScoreWithScoresAsync(
            RedisKeys.AcmeDue, now.ToUnixTimeMilliseconds(), double.PositiveInfinity, Exclude.Start, take: 1) is [var first]
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)first.Score) : null;

    private async Task<bool> QueueAsync(string domain, Actor actor, string action, DateTimeOffset now)
    {
        var reply = await Queue.RunAsync(
            _db,
            Accept.Keys(RedisKeys.AcmeStatus(domain), RedisKeys.AcmeDue, RedisKeys.Domain(domain)),
            Accept.Arguments(actor, domain, now.ToUnixTimeMilliseconds(), RedisKeys.AcmeBell, action));
        return (string?)reply[0] == "ok";
    }

    private static AcmePhase Phase(string word) => JsonSerializer.Deserialize($"\"{word}\"", CoreJson.Default.AcmePhase);

    private static DateTimeOffset? Time(string? milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;
}
