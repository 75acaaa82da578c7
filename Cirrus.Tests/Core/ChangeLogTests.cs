using System.Diagnostics;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Core;

public sealed class ChangeLogTests : IAsyncLifetime
{
    private readonly StoreFixture _stores = new();

    public Task InitializeAsync() => _stores.InitializeAsync();

    public Task DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task An_empty_log_has_no_tail_and_nothing_to_read()
    {
        Assert.Equal(ChangeId.Zero, await _stores.Log.TailAsync());
        var batch = await _stores.Log.ReadAsync(ChangeId.Zero);
        Assert.False(batch.Lost);
        Assert.Empty(batch.Changes);
    }

    [Fact]
    public async Task A_follower_gets_every_change_in_order_across_a_restart_of_Redis()
    {
        var read = new List<ChangeId>();
        await using var follower = Follow(read);
        var written = new List<ChangeId>();
        for (var i = 0; i < 50; i++)
            written.Add((await _stores.Domains.PutAsync(StoreFixture.NewDomain(), StoreFixture.Actor)).Change);
        await Wait.UntilAsync("the first half arrives", () => Count(read) == 50);

        await _stores.Server.RestartAsync();
        await RedisServer.UntilBackAsync(_stores.Connection);
        for (var i = 0; i < 50; i++)
            written.Add((await _stores.Domains.PutAsync(StoreFixture.NewDomain(), StoreFixture.Actor)).Change);
        await Wait.UntilAsync("the second half arrives", () => Count(read) == 100);
        Assert.Equal(written, read);
    }

    [Fact]
    public async Task A_follower_wakes_at_once()
    {
        var read = new List<ChangeId>();
        await using var follower = Follow(read);
        await _stores.AddDomainAsync();
        await Wait.UntilAsync("the follower follows", () => Count(read) == 1);

        var delays = new List<TimeSpan>();
        for (var i = 2; i < 22; i++)
        {
            await _stores.AddDomainAsync();
            var watch = Stopwatch.StartNew();
            while (Count(read) < i && watch.Elapsed < TimeSpan.FromSeconds(10))
                await Task.Delay(1);
            delays.Add(watch.Elapsed);
        }
        // Without the bell the mean would be half a second. A quarter of them, for a busy machine may be slow again and again.
        Assert.True(delays.Order().ElementAt(5) < TimeSpan.FromMilliseconds(100), string.Join(' ', delays.Select(d => d.TotalMilliseconds)));
    }

    [Fact]
    public async Task A_position_that_was_trimmed_past_is_lost_and_a_later_one_is_not()
    {
        var ids = new List<ChangeId>();
        for (var i = 0; i < 10; i++)
            ids.Add((await _stores.Domains.PutAsync(StoreFixture.NewDomain(), StoreFixture.Actor)).Change);
        Assert.False((await _stores.Log.ReadAsync(ChangeId.Zero)).Lost);
        await _stores.Db.StreamTrimAsync(RedisKeys.Events, 3);

        Assert.True((await _stores.Log.ReadAsync(ChangeId.Zero)).Lost);
        Assert.True((await _stores.Log.ReadAsync(ids[2])).Lost);
        Assert.Equal(ids[8..], (await _stores.Log.ReadAsync(ids[7])).Changes.Select(c => c.Id));
        Assert.False((await _stores.Log.ReadAsync(ids[9])).Lost);
    }

    [Fact]
    public async Task A_reader_at_the_tail_of_a_log_trimmed_to_nothing_has_lost_nothing()
    {
        var id = (await _stores.Domains.PutAsync(StoreFixture.NewDomain(), StoreFixture.Actor)).Change;
        await _stores.Db.ExecuteAsync("XTRIM", RedisKeys.Events, "MAXLEN", "0");
        Assert.Equal(id, await _stores.Log.TailAsync());
        Assert.False((await _stores.Log.ReadAsync(id)).Lost);
        Assert.True((await _stores.Log.ReadAsync(ChangeId.Zero)).Lost);
    }

    [Fact]
    public async Task A_position_is_lost_when_Redis_has_lost_its_data()
    {
        var id = (await _stores.Domains.PutAsync(StoreFixture.NewDomain(), StoreFixture.Actor)).Change;
        await _stores.Db.ExecuteAsync("FLUSHALL");
        Assert.True((await _stores.Log.ReadAsync(id)).Lost);
        Assert.Equal(ChangeId.Zero, await _stores.Log.TailAsync());
        Assert.False((await _stores.Log.ReadAsync(ChangeId.Zero)).Lost);
    }

    [Fact]
    public async Task A_position_is_lost_when_Redis_came_back_with_less_and_has_been_written_since()
    {
        await _stores.AddDomainAsync();
        var undone = (await _stores.Domains.PutAsync(StoreFixture.NewDomain(), StoreFixture.Actor)).Change;
        await _stores.Db.StreamDeleteAsync(RedisKeys.Events, [undone.ToString()]);
        await _stores.AddDomainAsync();
        Assert.True((await _stores.Log.ReadAsync(undone)).Lost);
    }

    private static int Count(List<ChangeId> read)
    {
        lock (read)
            return read.Count;
    }

    private Follower Follow(List<ChangeId> read) => new(_stores.Log, read);

    private sealed class Follower : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _work;

        public Follower(ChangeLog log, List<ChangeId> read) => _work = RunAsync(log, read);

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _work);
            _end.Dispose();
        }

        private async Task RunAsync(ChangeLog log, List<ChangeId> read)
        {
            var position = ChangeId.Zero;
            await foreach (var batch in log.FollowAsync(() => position, _end.Token))
            {
                lock (read)
                    read.AddRange(batch.Changes.Select(c => c.Id));
                position = batch.Changes[^1].Id;
            }
        }
    }
}
