using System.Globalization;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using StackExchange.Redis;

namespace Cirrus.Tests.Core;

/// <summary>Each test has a trail of its own, for most of them break it.</summary>
public sealed class AuditVerifierTests : IAsyncLifetime
{
    private const string Trail = "cdn:audit";
    private const string Head = "cdn:audit:head";

    private readonly StoreFixture _stores = new();

    private AuditVerifier Verifier => new(_stores.Connection);

    public async Task InitializeAsync()
    {
        await _stores.InitializeAsync();
        await WriteAsync(6);
    }

    public Task DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task A_trail_as_it_was_written_is_valid()
    {
        var verdict = await VerifyAsync();
        Assert.Null(verdict.Fault);
        Assert.Equal((6, false), (verdict.Entries, verdict.Trimmed));
        Assert.Equal((string?)await _stores.Db.StringGetAsync(Head), $"{verdict.Last!.Id} {verdict.Last.Hash}");
        Assert.Equal((string?)(await EntriesAsync())[0].Id, verdict.First!.Id);
    }

    [Fact]
    public async Task A_trail_longer_than_a_page_is_valid()
    {
        await WriteAsync(600);
        var verdict = await VerifyAsync();
        Assert.Null(verdict.Fault);
        Assert.Equal(606, verdict.Entries);
    }

    [Fact]
    public async Task A_trail_of_which_nothing_was_written_is_valid()
    {
        await _stores.Db.KeyDeleteAsync([Trail, Head]);
        Assert.Equal(new AuditVerdict(0, null, false, null, null), await VerifyAsync());
    }

    [Fact]
    public async Task Refused_attempts_are_part_of_the_chain()
    {
        await new AuditTrail(_stores.Connection).RefuseAsync(StoreFixture.Actor, "PUT /x", "", "no — “ü”");
        await WriteAsync(1);
        var verdict = await VerifyAsync();
        Assert.Null(verdict.Fault);
        Assert.Equal(8, verdict.Entries);
    }

    [Fact]
    public async Task A_trimmed_start_is_told_and_valid()
    {
        await _stores.Db.StreamTrimAsync(Trail, 3);
        var verdict = await VerifyAsync();
        Assert.Null(verdict.Fault);
        Assert.Equal((3, true), (verdict.Entries, verdict.Trimmed));
    }

    [Theory]
    [InlineData("previous")]
    [InlineData("salt")]
    [InlineData("actor")]
    [InlineData("address")]
    [InlineData("requestId")]
    [InlineData("action")]
    [InlineData("key")]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("change")]
    [InlineData("outcome")]
    [InlineData("reason")]
    public async Task A_changed_field_shows_wherever_it_is(string field)
    {
        foreach (var place in new[] { 2, 5 })
        {
            var entries = await EntriesAsync();
            await ReplaceAsync(entries.Select((e, i) => i == place ? Changed(e, field) : e));
            Assert.NotNull((await VerifyAsync()).Fault);
            await ReplaceAsync(entries);
            Assert.Null((await VerifyAsync()).Fault);
        }
    }

    [Fact]
    public async Task Text_moved_from_one_field_to_the_next_shows()
    {
        var entries = await EntriesAsync();
        await ReplaceAsync(entries.Select((e, i) => i == 2 ? With(With(e, "address", ""), "requestId", $"{e["address"]}{e["requestId"]}x") : e));
        Assert.NotNull((await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_renamed_field_shows()
    {
        var entries = await EntriesAsync();
        await ReplaceAsync(entries.Select((e, i) => i != 2 ? e : new StreamEntry(
            e.Id, [.. e.Values.Select(v => new NameValueEntry(v.Name == "before" ? "was" : v.Name, v.Value))])));
        Assert.Equal(entries[2].Id, (await VerifyAsync()).Fault?.Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_removed_entry_shows(int place)
    {
        var entries = await EntriesAsync();
        await _stores.Db.StreamDeleteAsync(Trail, [entries[place].Id]);
        var verdict = await VerifyAsync();
        Assert.Equal((place, (string?)entries[place + 1].Id), (verdict.Entries, verdict.Fault?.Id));
    }

    [Fact]
    public async Task A_removed_end_shows()
    {
        var entries = await EntriesAsync();
        await _stores.Db.StreamDeleteAsync(Trail, [entries[4].Id, entries[5].Id]);
        Assert.Equal(entries[5].Id, (await VerifyAsync()).Fault?.Id);
        // Also when more is written on top of it.
        await WriteAsync(2);
        Assert.NotNull((await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task That_all_is_gone_shows()
    {
        await _stores.Db.StreamTrimAsync(Trail, 0);
        Assert.NotNull((await VerifyAsync()).Fault);
        await _stores.Db.KeyDeleteAsync(Head);
        Assert.NotNull((await VerifyAsync()).Fault);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_inserted_entry_shows(bool linkedToTheOneBefore)
    {
        await Programs.Wait.UntilAsync("there is room between two entries", async () =>
        {
            await WriteAsync(1);
            return Room(await EntriesAsync()) > 0;
        });
        var entries = (await EntriesAsync()).ToList();
        var place = Room([.. entries]);
        var before = entries[place - 1];
        var forged = With(entries[1], "previous", linkedToTheOneBefore ? AuditChain.Hash(before) : entries[1]["previous"]);
        entries.Insert(place, new StreamEntry(Next(before.Id), forged.Values));

        await ReplaceAsync(entries);

        var fault = (await VerifyAsync()).Fault;
        Assert.Equal(entries[linkedToTheOneBefore ? place + 1 : place].Id, fault?.Id);
        if (linkedToTheOneBefore)
            Assert.Contains("inserted", fault!.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_added_past_the_head_shows()
    {
        var last = (await EntriesAsync())[^1];
        await _stores.Db.StreamAddAsync(Trail, With(last, "previous", AuditChain.Hash(last)).Values, Next(last.Id));
        Assert.Equal(Next(last.Id), (await VerifyAsync()).Fault?.Id);
        await WriteAsync(1);
        Assert.NotNull((await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task Swapped_entries_show()
    {
        var entries = await EntriesAsync();
        var swapped = entries.ToArray();
        (swapped[2], swapped[3]) = (new StreamEntry(entries[2].Id, entries[3].Values), new StreamEntry(entries[3].Id, entries[2].Values));
        await ReplaceAsync(swapped);
        Assert.Equal(entries[2].Id, (await VerifyAsync()).Fault?.Id);
    }

    [Fact]
    public async Task A_head_that_is_missing_or_another_shows()
    {
        var head = (string)(await _stores.Db.StringGetAsync(Head))!;
        var entries = await EntriesAsync();
        foreach (var wrong in new[] { null, "", "nonsense", $"{entries[5].Id} {new string('0', 40)}", $"{entries[4].Id} {AuditChain.Hash(entries[4])}" })
        {
            await (wrong is null ? _stores.Db.KeyDeleteAsync(Head) : _stores.Db.StringSetAsync(Head, wrong));
            Assert.True((await VerifyAsync()).Fault is not null, $"head '{wrong}'");
        }
        await _stores.Db.StringSetAsync(Head, head);
        Assert.Null((await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_whole_new_chain_shows_only_against_a_noted_entry()
    {
        var noted = (await VerifyAsync()).Last!;
        Assert.Null((await Verifier.VerifyAsync(noted, CancellationToken.None)).Fault);
        await WriteAsync(2);
        Assert.Null((await Verifier.VerifyAsync(noted, CancellationToken.None)).Fault);

        var forged = new List<StreamEntry>();
        foreach (var (place, entry) in (await EntriesAsync()).Index())
        {
            var linked = With(entry, "previous", forged.Count == 0 ? "" : AuditChain.Hash(forged[^1]));
            forged.Add(place == 1 ? Changed(linked, "actor") : linked);
        }
        await ReplaceAsync(forged);
        await _stores.Db.StringSetAsync(Head, $"{forged[^1].Id} {AuditChain.Hash(forged[^1])}");

        Assert.Null((await VerifyAsync()).Fault);
        Assert.Equal(noted.Id, (await Verifier.VerifyAsync(noted, CancellationToken.None)).Fault?.Id);
    }

    [Fact]
    public async Task A_noted_entry_that_is_no_longer_there_shows()
    {
        var noted = new AuditMark((string)(await EntriesAsync())[0].Id!, AuditChain.Hash((await EntriesAsync())[0]));
        await _stores.Db.StreamTrimAsync(Trail, 3);
        Assert.Equal(noted.Id, (await Verifier.VerifyAsync(noted, CancellationToken.None)).Fault?.Id);
    }

    [Fact]
    public async Task While_others_write_and_old_entries_are_trimmed_the_verdict_is_right()
    {
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                await WriteAsync(1);
        })).Append(Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
                await _stores.Db.StreamTrimAsync(Trail, 300);
        })).ToList();
        try
        {
            await Programs.Wait.UntilAsync("the trail is trimmed", async () => (await VerifyAsync()).Trimmed);
            for (var i = 0; i < 30; i++)
            {
                var verdict = await VerifyAsync();
                Assert.True(verdict.Fault is null, $"{verdict}");
            }
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(writers);
        }
    }

    [Fact]
    public async Task A_walk_ends_when_nobody_waits_for_it()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Verifier.VerifyAsync(null, gone.Token));
    }

    private Task<AuditVerdict> VerifyAsync() => Verifier.VerifyAsync(null, CancellationToken.None);

    private Task<StreamEntry[]> EntriesAsync() => _stores.Db.StreamRangeAsync(Trail);

    private async Task WriteAsync(int entries)
    {
        for (var i = 0; i < entries; i++)
            await _stores.AddDomainAsync();
    }

    private async Task ReplaceAsync(IEnumerable<StreamEntry> entries)
    {
        await _stores.Db.KeyDeleteAsync(Trail);
        foreach (var entry in entries)
            await _stores.Db.StreamAddAsync(Trail, entry.Values, entry.Id);
    }

    private static StreamEntry Changed(StreamEntry entry, string field) => With(entry, field, $"{entry[field]}0");

    private static StreamEntry With(StreamEntry entry, string field, RedisValue value) =>
        new(entry.Id, [.. entry.Values.Select(v => v.Name == field ? new NameValueEntry(v.Name, value) : v)]);

    // The first place, from 2 on, before which an id is free; 0 when there is none.
    private static int Room(StreamEntry[] entries) =>
        Enumerable.Range(2, entries.Length - 2).FirstOrDefault(place => Next(entries[place - 1].Id) != entries[place].Id);

    private static string Next(RedisValue id)
    {
        var parsed = ChangeId.Parse((string)id!);
        return string.Create(CultureInfo.InvariantCulture, $"{parsed.Milliseconds}-{parsed.Sequence + 1}");
    }
}
