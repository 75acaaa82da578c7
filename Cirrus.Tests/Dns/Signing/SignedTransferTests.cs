using System.Text;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Dns.Direct;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>The signed zone at three kinds of secondaries, with two processes of ours behind them.</summary>
public sealed class SignedTransferTests(SignedFixture stack) : IClassFixture<SignedFixture>
{
    // The name of an NSEC3 record, that of the zone's own name.
    private static readonly string Hashed =
        $"{Encoding.ASCII.GetString(Nsec3Hash.ToLabel(Nsec3Hash.Of([.. OwnerName.Of(TransferFixture.Zone), 0])).AsSpan(1))}.{TransferFixture.Zone}";

    [Fact]
    public async Task Changes_reach_NSD_Knot_and_BIND_as_differences_and_each_has_a_zone_that_verifies()
    {
        await stack.AddNodeAsync("edge-1", "192.0.2.1");
        await stack.AddNodeAsync("edge-2", "2001:db8::2");
        await stack.UntilAppliedAsync((await Task.WhenAll(Enumerable.Range(0, 300).Select(i => stack.AddDomainAsync($"www{i}.signed.test")))).Max());
        await Wait.UntilAsync("all have that zone", stack.AllServeCurrentAsync);
        var before = await stack.TransfersAsync();

        // The name above a challenge exists by that alone once its domain is gone.
        await stack.Challenges.PutAsync("www0.signed.test", new Dictionary<string, IReadOnlyList<string>> { ["www0.signed.test"] = ["one", "two"] });
        for (var i = 0; i < 40; i++)
        {
            await stack.AddDomainAsync($"api{i}.signed.test");
            await stack.RemoveDomainAsync($"www{i}.signed.test");
        }
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.last-signed.test"));
        await Wait.UntilAsync("all have the last zone", stack.AllServeCurrentAsync);

        await stack.RequireDifferencesSinceAsync(before);
        await VerifyAsync();
    }

    [Fact]
    public async Task Delv_believes_what_is_there_and_what_is_not()
    {
        await stack.AddNodeAsync("edge-3", "192.0.2.3");
        await BelieveAsync("www.delved.test");
    }

    [Fact]
    public Task Random_questions_with_DO_have_the_answers_of_NSD() => CompareAsync("questions.test", 2_000);

    [Fact]
    public async Task Delv_believes_what_only_a_region_is_told()
    {
        await stack.AddNodeAsync("edge-7", "192.0.2.7");
        await stack.AddNodeAsync("edge-8", "192.0.2.8", "europe");
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.regional.test"));
        var name = AccessName.For("www.regional.test", TransferFixture.Zone);
        await ExpectAsync("192.0.2.8");
        await stack.AddNodeAsync("edge-9", "192.0.2.9", "europe");
        await ExpectAsync("192.0.2.8", "192.0.2.9");
        await stack.TurnAsync("edge-8", NodeHealth.Down);
        await ExpectAsync("192.0.2.9");

        async Task ExpectAsync(params string[] addresses)
        {
            var delv = new Delv(await KeysAsync(), TransferFixture.Zone);
            foreach (var port in stack.DirectPorts)
            {
                var told = "";
                await Wait.UntilAsync($"{string.Join(' ', addresses)} are told in Europe", async () =>
                    Addresses(told = await delv.AskAsync(port, name, "A", SignedFixture.InEurope)).SequenceEqual(addresses));
                Assert.Contains("; fully validated", told, StringComparison.Ordinal);
                Assert.Contains("; fully validated", await delv.AskAsync(port, name, "A"), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_denial_may_be_turned_to_NSEC3_and_back_while_the_zone_is_served()
    {
        await stack.AddNodeAsync("edge-6", "192.0.2.6");
        await TurnToAsync(Denial.Nsec3);
        await BelieveAsync("www.hashed.test");
        await CompareAsync("hashed.test", 1_000);
        await stack.UntilAppliedAsync(await stack.RemoveDomainAsync("www.hashed.test"));
        await VerifyAsync();
        await TurnToAsync(Denial.Nsec);
        await VerifyAsync();
    }

    [Fact]
    public async Task Signatures_outlive_the_processes_and_another_goes_on_with_differences()
    {
        await stack.AddNodeAsync("edge-5", "192.0.2.5");
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.outlives.test"));
        await Wait.UntilAsync("both primaries have the zone", stack.AllServeCurrentAsync);
        var name = AccessName.For("www.outlives.test", TransferFixture.Zone);
        var serial = (await stack.Zones.FindAsync(TransferFixture.Zone))!.Serial;
        await Wait.UntilAsync("both answer clients with it", async () =>
            (await Task.WhenAll(stack.DirectPorts.Select(p => Dig.SerialAsync(p, TransferFixture.Zone)))).All(s => s == serial));
        var signature = await SignatureAsync(stack.SecondaryPorts[1], name);
        Assert.Equal(signature, await SignatureAsync(stack.DirectPorts[0], name));
        Assert.Equal(signature, await SignatureAsync(stack.DirectPorts[1], name));

        await stack.KillPrimaryAsync(0);
        await stack.KillPrimaryAsync(1);
        stack.StartPrimary(0);
        await Wait.UntilAsync("it serves the zone", async () => await Dig.SerialAsync(stack.DirectPorts[0], TransferFixture.Zone) is not null);
        Assert.Equal(serial, await Dig.SerialAsync(stack.DirectPorts[0], TransferFixture.Zone));
        Assert.Equal(signature, await SignatureAsync(stack.DirectPorts[0], name));

        // What is missed by all is differences all the same: the zone of the last serial is known.
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.after.test"));
        Assert.DoesNotContain("transfers the whole zone", await stack.WholeOutputAsync(0), StringComparison.Ordinal);
        Assert.Equal(signature, await SignatureAsync(stack.SecondaryPorts[1], name));
        stack.StartPrimary(1);
        await Wait.UntilAsync("both are back", stack.AllServeCurrentAsync);
        await VerifyAsync();
    }

    private async Task BelieveAsync(string domain)
    {
        await stack.UntilAppliedAsync(await stack.AddDomainAsync(domain));
        var name = AccessName.For(domain, TransferFixture.Zone);
        var delv = new Delv(await KeysAsync(), TransferFixture.Zone);
        await Wait.UntilAsync("it is answered directly", async () =>
            (await Task.WhenAll(stack.DirectPorts.Select(p => Dig.ShortAsync(p, name, "A")))).All(a => a.Count > 0));
        foreach (var port in stack.SecondaryPorts.Concat(stack.DirectPorts))
        {
            Assert.Contains("; fully validated", await delv.AskAsync(port, name, "A"), StringComparison.Ordinal);
            Assert.Contains("; fully validated", await delv.AskAsync(port, TransferFixture.Zone, "SOA"), StringComparison.Ordinal);
            Assert.Contains("; fully validated", await delv.AskAsync(port, TransferFixture.Zone, "DNSKEY"), StringComparison.Ordinal);
            Assert.Contains("; negative response, fully validated", await delv.AskAsync(port, name, "MX"), StringComparison.Ordinal);
            Assert.Contains("; negative response, fully validated", await delv.AskAsync(port, $"below.{name}", "A"), StringComparison.Ordinal);
            Assert.Contains("; negative response, fully validated", await delv.AskAsync(port, $"nothing.{TransferFixture.Zone}", "A"), StringComparison.Ordinal);
        }
        foreach (var port in stack.DirectPorts)
            Assert.Contains("; negative response, fully validated", await delv.AskAsync(port, $"below.{Hashed}", "A"), StringComparison.Ordinal);
    }

    // Names that exist, do not, exist by names below them, and those of NSEC3 records.
    private async Task CompareAsync(string domain, int questions)
    {
        await stack.UntilAppliedAsync(await stack.AddDomainAsync($"www.{domain}"));
        await stack.Challenges.PutAsync($"gone.{domain}", new Dictionary<string, IReadOnlyList<string>> { [$"gone.{domain}"] = ["one"] });
        var challenge = $"{AccessName.Challenge($"gone.{domain}")}.{TransferFixture.Zone}";
        await Wait.UntilAsync("all serve the same zone", async () =>
            await stack.AllServeCurrentAsync() && (await Dig.ShortAsync(stack.SecondaryPorts[0], challenge, "TXT")).Count == 1
            && await Dig.SerialAsync(stack.DirectPorts[0], TransferFixture.Zone) == await Dig.SerialAsync(stack.SecondaryPorts[0], TransferFixture.Zone));
        string[] known =
        [
            AccessName.For($"www.{domain}", TransferFixture.Zone), challenge, challenge[(challenge.IndexOf('.', StringComparison.Ordinal) + 1)..],
            $"nsd.{TransferFixture.Zone}", $"nothing.{TransferFixture.Zone}", $"*.{TransferFixture.Zone}", TransferFixture.Zone,
            Hashed,
        ];
        RecordType[] types =
        [
            RecordType.A, RecordType.Aaaa, RecordType.Txt, RecordType.Soa, RecordType.CAA, RecordType.DnsKey, RecordType.NSec, RecordType.NSec3,
            RecordType.NSec3Param, RecordType.Mx,
        ];
        var random = new Random(7);
        using var direct = DirectModeTests.Client(stack.DirectPorts[0]);
        using var nsd = DirectModeTests.Client(stack.SecondaryPorts[0]);
        for (var i = 0; i < questions; i++)
        {
            var (name, type) = (known[random.Next(known.Length)], types[random.Next(types.Length)]);
            // What NSD says of names below that of an NSEC3 record no resolver believes.
            name = random.Next(name == Hashed ? 2 : 0, 4) switch { 0 => "below." + name, 1 => "a.b." + name, 2 when name != TransferFixture.Zone => "x" + name, _ => name };
            var query = WireQuery.Of(name, (ushort)type, WireQuery.DnssecOk(1232));
            var (ours, theirs) = (await DirectModeTests.AskAsync(direct, query), await DirectModeTests.AskAsync(nsd, query));
            Assert.True(Text(theirs) == Text(ours), $"{name} {type}\nNSD: {Text(theirs)}\nwe: {Text(ours)}");
        }
    }

    // One after the other, as in a rolling update: who comes follows the one that leads, until that one goes.
    private async Task TurnToAsync(string denial)
    {
        stack.Denial = denial;
        foreach (var i in new[] { 0, 1 })
        {
            await stack.StopPrimaryAsync(i);
            stack.StartPrimary(i);
            await Wait.UntilAsync("it serves the zone", async () => await Dig.SerialAsync(stack.DirectPorts[i], TransferFixture.Zone) is not null);
        }
        await Wait.UntilAsync($"all have {denial}", async () => await stack.AllServeCurrentAsync()
            && (await Task.WhenAll(stack.SecondaryPorts.Select(p => Dig.ShortAsync(p, TransferFixture.Zone, "NSEC3PARAM"))))
                .All(p => (p.Count > 0) == (denial == Denial.Nsec3)));
    }

    // Of lines such as "name. 60 IN A 192.0.2.8".
    private static string[] Addresses(string told) =>
        [.. told.Split('\n').Select(l => l.Split('\t', ' ')).Where(f => f.Length > 2 && f[^2] == "A").Select(f => f[^1]).Order(StringComparer.Ordinal)];

    private static async Task<string> SignatureAsync(int port, string name) =>
        (await Dig.ShortAsync(port, name, "A", "+dnssec")).Single(l => l.StartsWith("A 13", StringComparison.Ordinal));

    // NSD gives addresses beside some answers, as we do without DO.
    private static string Text(DnsMessage message) =>
        $"{message.ReturnCode} aa={message.IsAuthoritiveAnswer} tc={message.IsTruncated} do={message.IsDnsSecOk} | " +
        $"{DirectModeTests.Lines(message.AnswerRecords)} | {DirectModeTests.Lines(message.AuthorityRecords)}";

    private async Task VerifyAsync()
    {
        var dumps = await stack.DumpsAsync();
        foreach (var dump in dumps)
            await ChildProcess.RunAsync("ldns-verify-zone", "ldnsutils", dump);
        // A second opinion: this one looks for the NSEC3 records of names without records, too.
        await ChildProcess.RunAsync("dnssec-verify", "bind9-utils", "-o", TransferFixture.Zone, dumps[0]);
    }

    private async Task<DnssecKeys> KeysAsync() =>
        await new DnssecKeyStore(stack.Connection, KeySealing.Parse(null)).FindAsync(TransferFixture.Zone);
}
