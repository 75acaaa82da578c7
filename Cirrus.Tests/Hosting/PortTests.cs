using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Cirrus.Hosting.Local.Processes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Hosting;

public sealed class PortTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task A_held_port_is_refused_with_the_name_of_its_holder(string address)
    {
        using var holder = new TcpListener(IPAddress.Parse(address), 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using var app = new LocalApp();
        app.AddScript("web", "touch started; exec sleep 1000").WithHttpEndpoint(port: port, targetPort: port, isProxied: false);

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(app.StartAsync);
        Assert.Equal($"port {port} (web) is held by pid {Environment.ProcessId} ({ProcessTable.CommandOf(Environment.ProcessId)})", refusal.Message);
        Assert.False(File.Exists(app.At("started")));
    }

    [Fact]
    public async Task The_same_port_on_another_address_is_free()
    {
        using var holder = new TcpListener(IPAddress.Parse("127.0.0.12"), 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using var app = new LocalApp();
        app.AddScript("web", "exec sleep 1000")
            .WithHttpEndpoint(port: port, targetPort: port, isProxied: false)
            .WithEndpoint("http", endpoint => endpoint.TargetHost = "127.0.0.11");

        await app.StartAsync();
        await app.HealthyAsync("web");
    }

    [Fact]
    public void A_udp_port_has_holders_too()
    {
        // One that nobody else of these tests has for TCP.
        var port = FreePort.Next();
        using var holder = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal(Environment.ProcessId, PortHolder.Find("127.0.0.1", port, ProtocolType.Udp)?.ProcessId);
        Assert.Null(PortHolder.Find("127.0.0.1", port, ProtocolType.Tcp));
    }

    [Fact]
    public void A_process_may_be_named_like_a_field_separator()
    {
        var entry = ProcessTable.Parse("7 (a) R (b) S 3 7 5 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 0 0");
        Assert.Equal(new ProcessEntry(7, 3, 5, 'S', 4711), entry);
    }
}
