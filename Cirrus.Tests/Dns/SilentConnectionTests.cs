using System.Net;
using System.Net.Sockets;
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

/// <summary>The listener among clients that connect and send less than a query.</summary>
public sealed class SilentConnectionTests : IDisposable
{
    private readonly int _port = FreePort.Next();
    private readonly List<TcpClient> _clients = [];

    public void Dispose() => _clients.ForEach(c => c.Dispose());

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_transfer_works_beside_300_silent_connections(int addresses)
    {
        // Longer than the test, so that only a place made for the transfer lets it through.
        await using var listener = await StartAsync(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 300; i++)
            await ConnectAsync($"127.0.0.{1 + i % addresses}");

        var transfer = await Dig.RunAsync(_port, "+tries=1", TestZone.Name, "AXFR");

        Assert.Contains("192.0.2.11", transfer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_may_not_transfer_has_ten_connections()
    {
        await using var listener = await StartAsync(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++)
            await ConnectAsync("127.0.0.99");

        Assert.True(await IsClosedAsync(await ConnectAsync("127.0.0.99")));
        Assert.All(_clients.Take(10), c => Assert.False(c.Client.Poll(0, SelectMode.SelectRead)));
        Assert.Contains("NOERROR", await Dig.RunAsync(_port, "-b", "127.0.0.98", "+tcp", TestZone.Name, "SOA"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_a_query_is_closed()
    {
        await using var listener = await StartAsync(TimeSpan.FromMilliseconds(200));
        Assert.True(await IsClosedAsync(await ConnectAsync("127.0.0.1")));
    }

    private async Task<TcpClient> ConnectAsync(string address)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(address), 0));
        _clients.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, _port);
        await client.GetStream().WriteAsync(new byte[1]);
        return client;
    }

    // Well before the 30 s after which every idle connection is closed.
    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<Running> StartAsync(TimeSpan firstQuery)
    {
        var zone = new CurrentZone();
        zone.Replace(TestZone.Snapshot(TestZone.Input(["www.example.com"], TestZone.Node("edge-1", NodeHealth.Up, "192.0.2.11"))));
        var options = new DnsOptions
        {
            Listen = $"127.0.0.1:{_port}",
            TransferFrom = ["127.0.0.1"],
            FirstQueryTimeout = firstQuery,
        };
        var listener = TestZone.Listener(options, zone);
        await listener.StartAsync(default);
        return new Running(listener);
    }

    private sealed class Running(DnsListener listener) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await listener.StopAsync(default);
    }
}
