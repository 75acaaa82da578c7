using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Audit;

/// <summary>Walks the whole chain of the audit trail, up to the entry that is the newest when it begins.</summary>
public sealed class AuditVerifier(IConnectionMultiplexer redis)
{
    private const int Page = 250;

    // Between two pages old entries may be trimmed away from under the walk; it begins again.
    private const int MostRounds = 5;

    private readonly IDatabase _db = redis.GetDatabase();

    /// <param name="noted">An entry that was noted before, which must still be what it was.</param>
    public async Task<AuditVerdict> VerifyAsync(AuditMark? noted, CancellationToken cancellation)
    {
        for (var round = 1; ; round++)
        {
            var verdict = await WalkAsync(noted, cancellation);
            if (verdict.Fault is null || round == MostRounds || !await WasOvertakenAsync(verdict.Last))
                return verdict;
        }
    }

    private async Task<AuditVerdict> WalkAsync(AuditMark? noted, CancellationToken cancellation)
    {
        var chain = new AuditChain();
        AuditVerdict Verdict(AuditFault? fault) => new(chain.Entries, chain.First, chain.Trimmed, chain.Last, fault);

        var (kept, newest) = await EndAsync();
        var head = AuditMark.Parse(kept);
        if (EndFault(kept, head, newest, await _db.KeyExistsAsync(RedisKeys.Audit)) is { } wrong)
            return Verdict(wrong);
        if (head is null)
            return Verdict(noted is null ? null : Missing(noted));

        var seen = noted is null;
        for (var from = "-"; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await _db.StreamRangeAsync(RedisKeys.Audit, from, head.Id, Page);
            foreach (var entry in page)
            {
                if (chain.Step(entry) is { } what)
                    return Verdict(new AuditFault((string)entry.Id!, what));
                if (noted?.Id == chain.Last!.Id)
                {
                    if (noted.Hash != chain.Last.Hash)
                        return Verdict(new AuditFault(noted.Id, "Its hash is not the one that was noted: the trail up to it has been rewritten."));
                    seen = true;
                }
            }
            if (page.Length < Page)
                break;
            from = $"({page[^1].Id}";
        }

        if (chain.Last != head)
            return Verdict(new AuditFault(head.Id, "The head has another hash: this entry or the head was changed."));
        return Verdict(seen ? null : Missing(noted!));
    }

    private static AuditFault? EndFault(string? kept, AuditMark? head, string? newest, bool exists) => (head, newest) switch
    {
        (null, null) => exists ? new AuditFault("", "All entries were removed.") : kept is null ? null : new AuditFault("", "The head is not one."),
        (null, _) => new AuditFault(newest, kept is null ? "The head is missing." : "The head is not one."),
        (_, null) => new AuditFault(head.Id, "All entries were removed; the head still names this one."),
        _ when newest == head.Id => null,
        _ when IsAfter(newest, head.Id) => new AuditFault(newest, $"It was added past the head, which names {head.Id}, or the head was changed."),
        _ => new AuditFault(head.Id, $"The head names this entry, but the trail ends with {newest}: its end was removed, or the head was changed."),
    };

    private static AuditFault Missing(AuditMark noted) =>
        new(noted.Id, "There is no entry of this id any more: it was removed, or it is so old that it was trimmed away.");

    // Both in one step: a write between them would look like a fault.
    private async Task<(string? Head, string? Newest)> EndAsync()
    {
        var step = _db.CreateTransaction();
        var head = step.StringGetAsync(RedisKeys.AuditHead);
        var newest = step.StreamRangeAsync(RedisKeys.Audit, "-", "+", 1, Order.Descending);
        await step.ExecuteAsync();
        return (await head, (await newest) is [var entry] ? (string?)entry.Id : null);
    }

    private async Task<bool> WasOvertakenAsync(AuditMark? last)
    {
        if (last is null)
            return false;
        var first = await _db.StreamRangeAsync(RedisKeys.Audit, "-", "+", 1);
        return first is [var entry] && IsAfter((string)entry.Id!, last.Id);
    }

    private static bool IsAfter(string id, string other) =>
        ChangeId.TryParse(id, out var left) && ChangeId.TryParse(other, out var right) && left > right;
}
