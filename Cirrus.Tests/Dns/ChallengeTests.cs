using Cirrus.Core.Changes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>What an authority finds at both secondaries: the receipt of a challenge's change is the proof that it may be told to look.</summary>
public sealed class ChallengeTests(DnsFixture stack) : IClassFixture<DnsFixture>
{
    [Fact]
    public async Task With_its_receipt_a_challenge_is_answered_by_both_and_gone_with_that_of_its_removal()
    {
        await stack.UntilAppliedAsync(await PutAsync("name.test", ("name.test", ["of-the-name", "of-its-wildcard"])));
        await AssertAnswersAsync("name.test", "of-its-wildcard", "of-the-name");
        await AssertStatusAsync(AccessName.For("name.test", DnsFixture.Zone), "NOERROR");

        await stack.UntilAppliedAsync(await PutAsync("name.test"));
        await AssertAnswersAsync("name.test");
        await AssertStatusAsync(Name("name.test"), "NXDOMAIN");
    }

    [Fact]
    public async Task Two_orders_have_their_values_side_by_side()
    {
        await PutAsync("one.test", ("shared.test", ["of-one"]), ("one.test", ["own"]));
        await stack.UntilAppliedAsync(await PutAsync("two.test", ("shared.test", ["of-two"])));
        await AssertAnswersAsync("shared.test", "of-one", "of-two");
        await AssertAnswersAsync("one.test", "own");

        await stack.UntilAppliedAsync(await PutAsync("one.test"));
        await AssertAnswersAsync("shared.test", "of-two");
        await AssertAnswersAsync("one.test");
        await stack.UntilAppliedAsync(await PutAsync("two.test"));
    }

    [Fact]
    public async Task Each_of_a_burst_is_answered_with_its_own_receipt()
    {
        var names = Enumerable.Range(0, 20).Select(i => $"www{i}.burst.test").ToList();
        var changes = await Task.WhenAll(names.Select(n => PutAsync(n, (n, [$"value-of-{n}"]))));
        await Task.WhenAll(names.Zip(changes, async (name, change) =>
        {
            await stack.UntilAppliedAsync(change);
            await AssertAnswersAsync(name, $"value-of-{name}");
        }));
        await stack.UntilAppliedAsync((await Task.WhenAll(names.Select(n => PutAsync(n)))).Max());
    }

    [Fact]
    public async Task What_changed_while_the_primary_was_away_is_served_after_its_start()
    {
        await stack.UntilAppliedAsync(await PutAsync("kept.test", ("kept.test", ["kept"])));
        await PutAsync("gone.test", ("gone.test", ["gone"]));
        await stack.KillDnsAsync();
        await PutAsync("gone.test");
        var missed = await PutAsync("missed.test", ("missed.test", ["missed"]));

        stack.StartDns();
        await stack.UntilAppliedAsync(missed);
        await AssertAnswersAsync("kept.test", "kept");
        await AssertAnswersAsync("missed.test", "missed");
        await AssertAnswersAsync("gone.test");

        await PutAsync("kept.test");
        await stack.UntilAppliedAsync(await PutAsync("missed.test"));
    }

    private async Task<ChangeId> PutAsync(string domain, params (string Name, string[] Values)[] values) =>
        (await stack.Challenges.PutAsync(domain, values.ToDictionary(v => v.Name, v => (IReadOnlyList<string>)v.Values)))!.Value;

    private static string Name(string identifier) => $"{AccessName.Challenge(identifier)}.{DnsFixture.Zone}";

    private async Task AssertAnswersAsync(string identifier, params string[] values)
    {
        foreach (var port in stack.SecondaryPorts)
            Assert.Equal(values.Select(v => $"\"{v}\""), await Dig.ShortAsync(port, Name(identifier), "TXT"));
    }

    private async Task AssertStatusAsync(string name, string status)
    {
        foreach (var port in stack.SecondaryPorts)
            Assert.Contains($"status: {status}", await Dig.RunAsync(port, name, "TXT"), StringComparison.Ordinal);
    }
}
