using System.Net;
using System.Net.Sockets;
using System.Text;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;
using Cirrus.Dns;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Server;
using Cirrus.Dns.Transfers;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Dns;

/// <summary>The listener over real sockets, with a zone made by hand.</summary>
public sealed class ListenerTests : IAsyncLifetime
{
    private const int Large = 20_000;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly ZoneSnapshot Small = TestZone.Snapshot(
        TestZone.Input(["www.example.com"], TestZone.Node("edge-1", NodeHealth.Up, "192.0.2.11")));

    private readonly int _port = FreePort.Next();
    private readonly CurrentZone _zone = new();
    private DnsListener _listener = null!;

    public async Task InitializeAsync()
    {
        _zone.Replace(Small);
        _listener = ListenerOn(_port, _zone);
        await _listener.StartAsync(default);
    }

    public Task DisposeAsync() => _listener.StopAsync(default);

    [Theory]
    [InlineData("+notcp")]
    [InlineData("+tcp")]
    public async Task The_zone_is_answered_over(string transport)
    {
        var output = await Dig.RunAsync(_port, transport, TestZone.Name, "SOA");
        Assert.Contains("status: NOERROR", output, StringComparison.Ordinal);
        Assert.Contains("flags: qr aa;", output, StringComparison.Ordinal);
        Assert.Contains("hostmaster.cdn.example.test. 7 60 10 2419200 30", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status: REFUSED", "www.example.com", "A")]
    [InlineData("status: REFUSED", "version.bind", "TXT", "-c", "CH")]
    [InlineData("status: NOTIMP", "cdn.example.test", "SOA", "+opcode=NOTIFY")]
    [InlineData("status: NOTIMP", "cdn.example.test", "SOA", "+opcode=UPDATE")]
    [InlineData("status: NOTIMP", "cdn.example.test", "SOA", "+opcode=STATUS")]
    [InlineData("status: BADVERS", "cdn.example.test", "SOA", "+edns=1", "+noednsneg")]
    [InlineData("status: FORMERR", "cdn.example.test", "+header-only")]
    public async Task What_is_not_ours_gets_its_code(string status, params string[] arguments) =>
        Assert.Contains(status, await Dig.RunAsync(_port, arguments), StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_is_answered_before_there_is_a_zone()
    {
        var port = FreePort.Next();
        var listener = ListenerOn(port, new CurrentZone());
        await listener.StartAsync(default);
        try
        {
            Assert.Contains("status: SERVFAIL", await Dig.RunAsync(port, TestZone.Name, "SOA"), StringComparison.Ordinal);
            Assert.DoesNotContain("SOA", await Dig.RunAsync(port, "+noall", "+answer", TestZone.Name, "AXFR"), StringComparison.Ordinal);
        }
        finally
        {
            await listener.StopAsync(default);
        }
    }

    [Fact]
    public async Task A_transfer_to_a_stranger_is_refused()
    {
        var output = await Dig.RunAsync(_port, "-b", "127.0.0.99", "+noidnout", TestZone.Name, "AXFR");
        Assert.Contains("Transfer failed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.11", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incremental_transfer_is_the_whole_zone_or_the_newest_serial()
    {
        Assert.Contains("192.0.2.11", await Dig.RunAsync(_port, TestZone.Name, "IXFR=6"), StringComparison.Ordinal);

        var current = await Dig.RunAsync(_port, "+noall", "+answer", TestZone.Name, "IXFR=7");
        Assert.Contains("SOA", current, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.11", current, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(Large)]
    public async Task A_large_zone_is_transferred_whole_in_several_messages(int domains)
    {
        _zone.Replace(TestZone.Snapshot(TestZone.Input(
            [.. Enumerable.Range(0, domains).Select(i => $"www{i}.example.com")],
            TestZone.Node("edge-1", NodeHealth.Up, "192.0.2.11"), TestZone.Node("edge-2", NodeHealth.Up, "192.0.2.12"))));

        var output = await Dig.RunAsync(_port, "+noall", "+answer", "+stats", TestZone.Name, "AXFR");

        var records = output.Replace('\t', ' ').Split('\n').Where(l => l.Contains(" IN A ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2 * domains + 1, records.Count);
        Assert.Contains(records, r => r.StartsWith(TestZone.AccessNameOf($"www{domains - 1}.example.com") + ".", StringComparison.Ordinal));
        Assert.DoesNotContain("messages 1,", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+noedns", true)]
    [InlineData("+bufsize=1232", false)]
    [InlineData("+bufsize=600", true)]
    public async Task An_answer_too_large_for_a_packet_is_truncated(string edns, bool truncated)
    {
        _zone.Replace(TestZone.WithManyAddresses("www.example.com"));
        var name = TestZone.AccessNameOf("www.example.com");

        var output = await Dig.RunAsync(_port, edns, "+ignore", name, "AAAA");
        Assert.Equal(truncated, output.Contains("flags: qr aa tc", StringComparison.Ordinal));

        var whole = await Dig.ShortAsync(_port, name, "AAAA");
        Assert.Equal(24, whole.Count);
    }

    [Fact]
    public async Task Whole_zones_are_not_sent_in_packets()
    {
        var transfer = DnsMessage.Parse((await SendAsync(Question(0x0000, TestZone.Name, RecordType.Axfr), Patience))!);
        Assert.Equal(ReturnCode.FormatError, transfer.ReturnCode);
        Assert.Empty(transfer.AnswerRecords);
    }

    [Fact]
    public async Task A_question_beside_another_is_a_format_error()
    {
        var question = Question(0x0000, TestZone.Name);
        var two = question.Concat(question[12..]).ToArray();
        two[5] = 2;
        Assert.Equal(ReturnCode.FormatError, DnsMessage.Parse((await SendAsync(two, Patience))!).ReturnCode);
    }

    [Fact]
    public async Task A_response_is_never_answered()
    {
        Assert.NotNull(await SendAsync(Question(0x0000, TestZone.Name), Patience));
        Assert.Null(await SendAsync(Question(0x8000, TestZone.Name), Silence));
    }

    [Fact]
    public async Task Rubbish_does_no_harm()
    {
        var random = new Random(1);
        using var socket = new UdpClient();
        socket.Connect(IPAddress.Loopback, _port);
        for (var i = 0; i < 500; i++)
        {
            var rubbish = new byte[random.Next(0, 600)];
            random.NextBytes(rubbish);
            await socket.SendAsync(rubbish);
        }
        Assert.Equal(7u, await Dig.SerialAsync(_port, TestZone.Name));
    }

    [Fact]
    public async Task Connections_whose_clients_have_gone_do_not_use_up_the_listener()
    {
        for (var i = 0; i < 400; i++)
        {
            // Half of them go without a good-bye.
            using var client = new TcpClient { LingerState = new LingerOption(i % 2 == 0, 0) };
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, _port);
            }
            catch (SocketException)
            {
                // Sent away: there were too many at that moment.
            }
        }
        await Wait.UntilAsync("a transfer works again", async () =>
            (await Dig.RunAsync(_port, TestZone.Name, "AXFR")).Contains("192.0.2.11", StringComparison.Ordinal));
    }

    private static DnsListener ListenerOn(int port, CurrentZone zone) =>
        TestZone.Listener(new DnsOptions { Listen = $"127.0.0.1:{port}", TransferFrom = ["127.0.0.1"] }, zone);

    private static byte[] Question(ushort flags, string name, RecordType type = RecordType.Soa) =>
    [
        0x12, 0x34, (byte)(flags >> 8), (byte)flags, 0, 1, 0, 0, 0, 0, 0, 0,
        .. name.Split('.').SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0, 0, (byte)type, 0, 1,
    ];

    private async Task<byte[]?> SendAsync(byte[] message, TimeSpan patience)
    {
        using var socket = new UdpClient();
        socket.Connect(IPAddress.Loopback, _port);
        await socket.SendAsync(message);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            return (await socket.ReceiveAsync(limit.Token)).Buffer;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
