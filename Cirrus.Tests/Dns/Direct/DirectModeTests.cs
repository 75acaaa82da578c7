using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Cirrus.Dns as a process answers clients, beside NSD with the zone it transferred.</summary>
public sealed class DirectModeTests(DnsFixture stack) : IClassFixture<DnsFixture>, IAsyncLifetime
{
    private const int Questions = 3_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string[] Domains = ["www.direct.test", "*.direct.test", "a-rather-long-name-of-a-domain.with-many.labels.direct.test"];

    public async Task InitializeAsync()
    {
        await stack.AddNodeAsync("edge-1", NodeHealth.Up, "192.0.2.1", "2001:db8::1");
        await stack.AddNodeAsync("edge-2", NodeHealth.Up, "192.0.2.2");
        await stack.AddNodeAsync("edge-3", NodeHealth.Up, "192.0.2.3");
        foreach (var domain in Domains)
            await stack.AddDomainAsync(domain);
        await stack.Challenges.PutAsync("www.direct.test", new Dictionary<string, IReadOnlyList<string>> { ["www.direct.test"] = ["one", "two"] });
        await Wait.UntilAsync("all serve the same zone", async () =>
            // The last change first: the serials that follow are of a zone that has it.
            (await Dig.ShortAsync(stack.SecondaryPorts[0], AccessName.Challenge("www.direct.test") + "." + DnsFixture.Zone, "TXT")).Count == 2 &&
            await stack.SecondariesServeCurrentAsync() &&
            await Dig.SerialAsync(stack.DirectPort, DnsFixture.Zone) == await Dig.SerialAsync(stack.SecondaryPorts[0], DnsFixture.Zone));
    }

    public async Task DisposeAsync()
    {
        foreach (var domain in Domains)
            await stack.RemoveDomainAsync(domain);
        foreach (var node in new[] { "edge-1", "edge-2", "edge-3" })
            await stack.RemoveNodeAsync(node);
    }

    [Fact]
    public async Task Random_questions_have_the_answers_of_NSD()
    {
        var random = new Random(7);
        using var direct = Client(stack.DirectPort);
        using var nsd = Client(stack.SecondaryPorts[0]);
        for (var i = 0; i < Questions; i++)
        {
            var (name, type) = (RandomName(random), Types[random.Next(Types.Length)]);
            byte[] edns = random.Next(2) == 0 ? [] : WireQuery.Edns((ushort)random.Next(512, 4096));
            var query = WireQuery.Of(name, (ushort)type, edns);
            var (ours, theirs) = (await AskAsync(direct, query), await AskAsync(nsd, query));
            Assert.True(Text(theirs) == Text(ours), $"{name} {type}\nNSD: {Text(theirs)}\nwe: {Text(ours)}");
        }
    }

    [Theory]
    [InlineData("status: NOERROR", "+tcp", DnsFixture.Zone, "SOA")]
    [InlineData("status: NOERROR", "+notcp", DnsFixture.Zone, "NS")]
    [InlineData("status: REFUSED", "+tcp", "www.example.com", "A")]
    [InlineData("status: FORMERR", "+tcp", DnsFixture.Zone, "+header-only")]
    [InlineData("status: FORMERR", "+notcp", DnsFixture.Zone, "+header-only")]
    [InlineData("status: NOTIMP", "+tcp", DnsFixture.Zone, "SOA", "+opcode=NOTIFY")]
    [InlineData("status: BADVERS", "+notcp", DnsFixture.Zone, "SOA", "+edns=1", "+noednsneg")]
    [InlineData("(good)", "+notcp", DnsFixture.Zone, "SOA", "+cookie")]
    public async Task A_client_is_answered_by(string expected, params string[] arguments) =>
        Assert.Contains(expected, await Dig.RunAsync(stack.DirectPort, arguments), StringComparison.Ordinal);

    [Fact]
    public async Task Who_may_transfer_can_and_strangers_can_not()
    {
        Assert.Contains("192.0.2.1", await Dig.RunAsync(stack.DirectPort, [.. DnsFixture.WithKey, DnsFixture.Zone, "AXFR"]), StringComparison.Ordinal);
        var stranger = await Dig.RunAsync(stack.DirectPort, [.. DnsFixture.WithKey, "-b", "127.0.0.99", DnsFixture.Zone, "AXFR"]);
        Assert.Contains("Transfer failed", stranger, StringComparison.Ordinal);
        // By UDP the answer is the serial, which says "ask by TCP".
        var serial = await Dig.RunAsync(stack.DirectPort, [.. DnsFixture.WithKey, "+notcp", DnsFixture.Zone, "IXFR=1"]);
        Assert.Contains("hostmaster", serial, StringComparison.Ordinal);
        Assert.DoesNotContain("verify", serial, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_answered_at_once()
    {
        var name = AccessName.For("www.new-direct.test", DnsFixture.Zone);
        await stack.AddDomainAsync("www.new-direct.test");
        await Wait.UntilAsync("it is answered", async () => (await Dig.ShortAsync(stack.DirectPort, name, "A")).Count == 2);
        await stack.RemoveDomainAsync("www.new-direct.test");
        await Wait.UntilAsync("it is gone", async () => (await Dig.ShortAsync(stack.DirectPort, name, "A")).Count == 0);
    }

    private static readonly RecordType[] Types =
        [RecordType.A, RecordType.Aaaa, RecordType.Txt, RecordType.Ns, RecordType.Soa, RecordType.CAA, RecordType.CName, RecordType.Mx, RecordType.Srv];

    private static string RandomName(Random random)
    {
        string[] known = [.. Domains.Select(AccessName.Label), AccessName.Challenge("www.direct.test"), "ns1", "ns2", "nothing", "*", "_acme-challenge"];
        var name = known[random.Next(known.Length)] + "." + DnsFixture.Zone;
        name = random.Next(6) switch
        {
            0 => DnsFixture.Zone,
            1 => "below." + name,
            2 => "x" + name,
            3 when random.Next(4) == 0 => "www.example.com",
            _ => name,
        };
        return string.Concat(name.Select(c => random.Next(4) == 0 ? char.ToUpperInvariant(c) : c));
    }

    // What both define: codes, flags, and the three sections as sets. Glue beside NS records is as NSD has it.
    private static string Text(DnsMessage message) =>
        $"{message.ReturnCode} aa={message.IsAuthoritiveAnswer} tc={message.IsTruncated} {message.Questions[0]} | " +
        $"{Lines(message.AnswerRecords)} | {Lines(message.AuthorityRecords)} | {Lines(message.AdditionalRecords.Where(r => r.RecordType != RecordType.Opt))}";

    // A server may point to any spelling of a name that is in the message already.
    internal static string Lines(IEnumerable<DnsRecordBase> records) =>
        string.Join("; ", records.Select(r => r.ToString().ToUpperInvariant()).Order(StringComparer.Ordinal));

    internal static UdpClient Client(int port)
    {
        var client = new UdpClient();
        client.Connect(IPAddress.Loopback, port);
        return client;
    }

    internal static async Task<DnsMessage> AskAsync(UdpClient client, byte[] query)
    {
        BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)Random.Shared.Next(65536));
        // A packet may be lost where many run at once.
        for (var attempt = 0; ; attempt++)
        {
            await client.SendAsync(query);
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                while (true)
                {
                    var answer = (await client.ReceiveAsync(limit.Token)).Buffer;
                    if (answer.AsSpan(0, 2).SequenceEqual(query.AsSpan(0, 2)))
                        return DnsMessage.Parse(answer);
                }
            }
            catch (OperationCanceledException) when (attempt < 2)
            {
                continue;
            }
        }
    }
}
