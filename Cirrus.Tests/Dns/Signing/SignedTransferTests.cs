using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>The signed zone at three kinds of secondaries, with two processes of ours behind them.</summary>
public sealed class SignedTransferTests(SignedFixture stack) : IClassFixture<SignedFixture>
{
    [Fact]
    public async Task Changes_reach_NSD_Knot_and_BIND_as_differences_and_each_has_a_zone_that_verifies()
    {
        await stack.AddNodeAsync("edge-1", "192.0.2.1");
        await stack.AddNodeAsync("edge-2", "2001:db8::2");
        await stack.UntilAppliedAsync((await Task.WhenAll(Enumerable.Range(0, 300).Select(i => stack.AddDomainAsync($"www{i}.signed.test")))).Max());
        await Wait.UntilAsync("all have that zone", stack.AllServeCurrentAsync);
        var before = stack.Transfers();

        // The name above a challenge exists by that alone once its domain is gone.
        await stack.Challenges.PutAsync("www0.signed.test", new Dictionary<string, IReadOnlyList<string>> { ["www0.signed.test"] = ["one", "two"] });
        for (var i = 0; i < 40; i++)
        {
            await stack.AddDomainAsync($"api{i}.signed.test");
            await stack.RemoveDomainAsync($"www{i}.signed.test");
        }
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.last-signed.test"));
        await Wait.UntilAsync("all have the last zone", stack.AllServeCurrentAsync);

        Assert.Equal(before.Whole, stack.Transfers().Whole);
        Assert.True(stack.Transfers().Differences > before.Differences);
        await VerifyAsync();
    }

    [Fact]
    public async Task Delv_believes_what_is_there_and_what_is_not()
    {
        await stack.AddNodeAsync("edge-3", "192.0.2.3");
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.delved.test"));
        var name = AccessName.For("www.delved.test", TransferFixture.Zone);
        var delv = new Delv(await KeysAsync(), TransferFixture.Zone);
        foreach (var port in stack.SecondaryPorts)
        {
            Assert.Contains("; fully validated", await delv.AskAsync(port, name, "A"), StringComparison.Ordinal);
            Assert.Contains("; fully validated", await delv.AskAsync(port, TransferFixture.Zone, "SOA"), StringComparison.Ordinal);
            Assert.Contains("; negative response, fully validated", await delv.AskAsync(port, name, "MX"), StringComparison.Ordinal);
            Assert.Contains("; negative response, fully validated", await delv.AskAsync(port, $"nothing.{TransferFixture.Zone}", "A"), StringComparison.Ordinal);
        }
    }

    private async Task VerifyAsync()
    {
        foreach (var dump in await stack.DumpsAsync())
            await ChildProcess.RunAsync("ldns-verify-zone", "ldnsutils", dump);
    }

    private async Task<DnssecKeys> KeysAsync() =>
        await new DnssecKeyStore(stack.Connection, KeySealing.Parse(null)).FindAsync(TransferFixture.Zone);
}
