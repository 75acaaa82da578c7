using System.Text.Json;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>
/// The ledger of orders at one authority. An order is written down before it is sent, and only if no other worker has written one since the budget was
/// looked at: so all workers together keep to it, and a worker that dies has counted too much rather than too little.
/// </summary>
public sealed class OrderLedger(IConnectionMultiplexer redis, string authority, OrderLimits limits) : IDisposable
{
    private const int MostAttempts = 1000;
    private static readonly Script Reserve = new("reserve_order.lua");

    private readonly IDatabase _db = redis.GetDatabase();
    private readonly SemaphoreSlim _one = new(1);
    private readonly TimeSpan _kept = new[] { limits.OrdersWindow, limits.CertificatesWindow, limits.FailuresWindow }.Max() + TimeSpan.FromDays(1);
    private OrderBudget _budget = new(limits);
    private string _newest = "";

    /// <summary>Whether an order may be placed now, without placing it.</summary>
    public async Task<BudgetVerdict> JudgeAsync(PlannedOrder order, DateTimeOffset now)
    {
        using var _ = await EnterAsync();
        await CatchUpAsync();
        return _budget.Judge(order, now);
    }

    /// <summary>Writes an order down that is about to be sent, if it may be placed now.</summary>
    /// <param name="id">By which later lines name it.</param>
    public async Task<BudgetVerdict> ReserveAsync(string id, PlannedOrder order, DateTimeOffset now)
    {
        using var _ = await EnterAsync();
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            await CatchUpAsync();
            _budget.Forget(now);
            var verdict = _budget.Judge(order, now);
            var entry = new LedgerEntry(id, now, LedgerKind.Order, order.Names, order.RegisteredDomains, order.Purpose);
            if (!verdict.IsAllowed || await TryAddAsync(entry, _newest))
                return verdict;
        }
        throw new InvalidOperationException($"The ledger of {authority} changes faster than it can be read.");
    }

    /// <summary>Writes down what became of an order.</summary>
    public async Task RecordAsync(LedgerEntry entry)
    {
        using var _ = await EnterAsync();
        await TryAddAsync(entry, "*");
    }

    /// <summary>What is left of the limits.</summary>
    public async Task<IReadOnlyList<HeadRoom>> HeadRoomAsync(DateTimeOffset now, int most = 100)
    {
        using var _ = await EnterAsync();
        await CatchUpAsync();
        return _budget.HeadRoom(now, most);
    }

    public void Dispose() => _one.Dispose();

    private async Task<bool> TryAddAsync(LedgerEntry entry, string newest)
    {
        var line = JsonSerializer.Serialize(entry, CoreJson.Default.LedgerEntry);
        var reply = await Reserve.RunAsync(_db, [RedisKeys.AcmeOrders(authority)], [newest, line, (long)_kept.TotalMilliseconds]);
        return (string?)reply[0] == "ok";
    }

    // Only what is new, as a ledger may be long. When the line last read is gone, it is another ledger: Redis came back with less, or all of it was old.
    private async Task CatchUpAsync()
    {
        var lines = await _db.StreamRangeAsync(RedisKeys.AcmeOrders(authority), _newest.Length == 0 ? "-" : _newest, "+");
        if (_newest.Length > 0 && (lines.Length == 0 || lines[0].Id != _newest))
        {
            (_budget, _newest) = (new OrderBudget(limits), "");
            lines = await _db.StreamRangeAsync(RedisKeys.AcmeOrders(authority), "-", "+");
        }
        foreach (var line in lines.Where(l => l.Id != _newest))
            _budget.Add(JsonSerializer.Deserialize((string)line["line"]!, CoreJson.Default.LedgerEntry)!);
        if (lines.Length > 0)
            _newest = lines[^1].Id!;
    }

    private async Task<Releaser> EnterAsync()
    {
        await _one.WaitAsync();
        return new Releaser(_one);
    }

    private readonly struct Releaser(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
