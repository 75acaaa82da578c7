using Cirrus.Core.Nodes;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>The zone at three kinds of secondaries, with two processes of ours behind them.</summary>
public sealed class TransferTests(TransferFixture stack) : IClassFixture<TransferFixture>
{
    [Fact]
    public async Task A_thousand_changes_reach_NSD_Knot_and_BIND_as_differences_and_all_have_the_same_zone()
    {
        for (var i = 1; i <= 11; i++)
            await stack.AddNodeAsync($"edge-{i}", $"192.0.2.{i}");
        await stack.UntilAppliedAsync(await stack.AddNodeAsync("edge-12", "2001:db8::12"));
        // Long enough for differences to be shorter than it.
        await stack.UntilAppliedAsync((await Task.WhenAll(Enumerable.Range(0, 500).Select(i => stack.AddDomainAsync($"www{i}.before.test")))).Max());
        await Wait.UntilAsync("all have that zone", stack.AllServeCurrentAsync);
        var before = await stack.TransfersAsync();
        var serial = (await stack.Zones.FindAsync(TransferFixture.Zone))!.Serial;

        for (var i = 0; i < 400; i++)
        {
            await stack.AddDomainAsync($"www{i}.changes.test");
            await stack.AddDomainAsync($"api{i}.changes.test");
            if (i % 40 == 0)
                await stack.TurnAsync("edge-1", i % 80 == 0 ? NodeHealth.Down : NodeHealth.Up);
            if (i % 2 == 0)
                await stack.RemoveDomainAsync($"www{i}.changes.test");
        }
        await stack.UntilAppliedAsync(await stack.RemoveDomainAsync("www0.before.test"));
        await Wait.UntilAsync("all have the last zone", stack.AllServeCurrentAsync);

        await stack.RequireDifferencesSinceAsync(before);
        Assert.True((await stack.TransfersAsync()).Differences > before.Differences + 3);
        Assert.True(SerialNumber.IsNewer((await stack.Zones.FindAsync(TransferFixture.Zone))!.Serial, serial));

        var dumps = await stack.DumpsAsync();
        Assert.True(File.ReadAllLines(dumps[0]).Length > 1_000);
        foreach (var other in dumps.Skip(1))
            Assert.Contains("+0\t-0\t~0", await ChildProcess.RunAsync("ldns-compare-zones", "ldnsutils", dumps[0], other), StringComparison.Ordinal);
        foreach (var secondary in await stack.Secondaries.ListAsync())
            Assert.Equal((true, (await stack.Zones.FindAsync(TransferFixture.Zone))!.Serial), (secondary.Reachable, secondary.Serial));
    }

    [Fact]
    public async Task When_the_leader_is_killed_another_goes_on_with_its_serials_and_differences()
    {
        await stack.UntilAppliedAsync((await Task.WhenAll(Enumerable.Range(0, 100).Select(i => stack.AddDomainAsync($"www{i}.leader.test")))).Max());
        await Wait.UntilAsync("both primaries have the zone", stack.AllServeCurrentAsync);
        var last = (await stack.Zones.FindAsync(TransferFixture.Zone))!;
        var leader = stack.Output(0).Contains("This process leads", StringComparison.Ordinal) ? 0 : 1;
        var other = 1 - leader;
        var whole = (await stack.WholeOutputAsync(other)).Split("transfers the whole zone").Length;

        await stack.KillPrimaryAsync(leader);
        // The other serves the same zone under the same serial, before it leads and after.
        Assert.Equal(last.Serial, await Dig.SerialAsync(stack.PrimaryPorts[other], TransferFixture.Zone));
        var missed = await stack.AddDomainAsync("www.missed.test");
        await stack.UntilAppliedAsync(missed);
        var next = (await stack.Zones.FindAsync(TransferFixture.Zone))!;
        Assert.True(SerialNumber.IsNewer(next.Serial, last.Serial));
        Assert.True(missed <= next.Change);
        Assert.Equal(whole, (await stack.WholeOutputAsync(other)).Split("transfers the whole zone").Length);

        stack.StartPrimary(leader);
        await Wait.UntilAsync("the first is back and follows", stack.AllServeCurrentAsync);
        Assert.Equal(next.Serial, await Dig.SerialAsync(stack.PrimaryPorts[leader], TransferFixture.Zone));
        // It has the journal of the one that led meanwhile.
        Assert.Contains("www-missed-test", await Dig.RunAsync(
            stack.PrimaryPorts[leader], [.. TransferFixture.SignedAs(0), TransferFixture.Zone, $"IXFR={last.Serial}"]), StringComparison.Ordinal);

        // One that ends by itself gives the lead away at once.
        Assert.Equal(0, await stack.StopPrimaryAsync(other));
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.given.test"));
        stack.StartPrimary(other);
        await Wait.UntilAsync("both are back", stack.AllServeCurrentAsync);
    }

    [Fact]
    public async Task Nobody_transfers_without_the_right_key()
    {
        var port = stack.PrimaryPorts[0];
        Assert.Contains("Transfer failed", await Dig.RunAsync(port, TransferFixture.Zone, "AXFR"), StringComparison.Ordinal);
        Assert.DoesNotContain("hostmaster", await Dig.RunAsync(port, "+notcp", TransferFixture.Zone, "IXFR=1"), StringComparison.Ordinal);
        Assert.Contains("BADKEY", await Dig.RunAsync(port, "-y", $"hmac-sha256:other.cirrus:{TransferFixture.Secret(0)}", TransferFixture.Zone, "AXFR"), StringComparison.Ordinal);
        Assert.Contains("BADSIG", await Dig.RunAsync(port, [.. TransferFixture.SignedAs(0, TransferFixture.Secret(5)), TransferFixture.Zone, "AXFR"]), StringComparison.Ordinal);

        // Whoever signs rightly gets a signed answer, to other questions as well.
        foreach (var type in new[] { "SOA", "NS", "TXT" })
        {
            var answer = await Dig.RunAsync(port, [.. TransferFixture.SignedAs(1), TransferFixture.Zone, type]);
            Assert.Contains("NOERROR 0", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("Couldn't verify", answer, StringComparison.Ordinal);
        }
    }
}
