using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>An NSD that serves the zone <c>origins.test</c> with the records a test gives it.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cirrus-names-");
    private readonly int _port = FreePort.Next();
    private ChildProcess? _process;
    private int _serial;

    /// <summary>As the edge's setting wants it.</summary>
    public string Address => $"127.0.0.1:{_port}";

    /// <param name="records">Lines of a zone file: <c>name ttl A address</c>.</param>
    public async Task StartAsync(params string[] records)
    {
        WriteZone(records);
        var configuration = Path.Combine(_folder.FullName, "nsd.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            server:
              ip-address: 127.0.0.1
              port: {_port}
              server-count: 1
              username: ""
              database: ""
              zonesdir: "{_folder.FullName}"
              zonelistfile: "{_folder.FullName}/zone.list"
              xfrdfile: "{_folder.FullName}/xfrd.state"
              xfrdir: "{_folder.FullName}"
              pidfile: "{_folder.FullName}/nsd.pid"
              rrl-ratelimit: 0
            remote-control:
              control-enable: no
            zone:
              name: "origins.test"
              zonefile: "origins.zone"
            """));
        _process = ChildProcess.Start("nsd", "nsd", ["-d", "-c", configuration]);
        await Wait.UntilAsync("the name server serves its records", ServesAsync);
    }

    /// <summary>Replaces all records and waits until the new ones are served.</summary>
    public async Task ReplaceAsync(params string[] records)
    {
        WriteZone(records);
        _process!.Signal(Signals.HangUp);
        await Wait.UntilAsync("the name server serves its new records", ServesAsync);
    }

    public async Task StopAsync()
    {
        if (_process is null)
            return;
        await _process.StopAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private void WriteZone(string[] records)
    {
        _serial++;
        // A marker whose last octet is the serial number tells which zone is served.
        File.WriteAllLines(Path.Combine(_folder.FullName, "origins.zone"),
        [
            "$ORIGIN origins.test.", "$TTL 1", $"@ SOA ns host {_serial} 60 60 600 1", "@ NS ns",
            "ns A 127.0.0.1", $"marker A 192.0.2.{_serial}", .. records,
        ]);
    }

    private async Task<bool> ServesAsync()
    {
        if (_process!.HasExited)
            Assert.Fail($"NSD ended: {_process.Output}");
        using var client = new UdpClient();
        client.Connect(IPAddress.Loopback, _port);
        byte[] query = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6, .. "marker"u8, 7, .. "origins"u8, 4, .. "test"u8, 0, 0, 1, 0, 1];
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            await client.SendAsync(query, patience.Token);
            var answer = (await client.ReceiveAsync(patience.Token)).Buffer;
            ReadOnlySpan<byte> marker = [192, 0, 2, (byte)_serial];
            return answer.AsSpan().IndexOf(marker) >= 0;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
