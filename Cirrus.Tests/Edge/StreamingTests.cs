using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cirrus.Tests.Edge;

/// <summary>What passes through while it comes, and is not kept.</summary>
[Collection(EdgeGroup.Name)]
public sealed class StreamingTests(EdgeFixture fixture)
{
    private const long Large = 256L << 20;

    [Theory]
    [InlineData("websocket", 101)]
    [InlineData("irc/2.0", 101)]
    [InlineData("h2c", 200)]
    public async Task An_upgraded_connection_passes_and_one_that_leads_past_the_edge_does_not(string protocol, int status)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = EchoAsync;
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, fixture.Edge.HttpPort);
        var stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /a HTTP/1.1\r\nHost: {domain}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: {protocol}\r\n\r\n"));
        var head = await ReadUntilAsync(stream, "\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        if (status != 101)
            return;
        Assert.Contains($"Upgrade: {protocol}\r\n", head, StringComparison.Ordinal);
        foreach (var word in (string[])["one", "two"])
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(word));
            Assert.Equal(word, await ReadUntilAsync(stream, word));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_part_of_an_answer_arrives_before_the_next_is_made(bool http2)
    {
        await using var origin = await OriginServer.StartAsync();
        var next = new SemaphoreSlim(0);
        origin.Respond = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n");
                await context.Response.Body.FlushAsync();
                await next.WaitAsync(context.RequestAborted);
            }
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.AddCertificateAsync(domain);
        using var client = EdgeNode.NewSecureClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{domain}:{fixture.Edge.HttpsPort}/a")
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"data: {i}\n\n", await ReadUntilAsync(stream, "\n\n"));
            next.Release();
        }
    }

    [Fact]
    public async Task An_upload_streams()
    {
        await using var origin = await OriginServer.StartAsync();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        origin.Respond = async context =>
        {
            var buffer = new byte[65536];
            for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;)
                arrived.TrySetResult();
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var before = Memory();

        var answer = await fixture.Edge.GetAsync(domain, "/a", HttpMethod.Post, request => request.Content = new Body(async body =>
        {
            await body.WriteAsync(new byte[1000]);
            await body.FlushAsync();
            // The rest comes when the origin has the beginning.
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10));
            await WriteAsync(body, Large);
            Assert.Equal(0, SizeOf("temp"));
        }));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.InRange(Memory() - before, long.MinValue, 32 << 20);
    }

    [Fact]
    public async Task A_large_answer_that_is_not_stored_fills_neither_memory_nor_disk()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentLength = Large;
            await WriteAsync(context.Response.Body, Large);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var (memory, disk) = (Memory(), SizeOf("cache"));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{fixture.Edge.HttpPort}/a");
        request.Headers.Host = domain;

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var (buffer, total) = (new byte[65536], 0L);
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; total += read)
        {
            if (total < Large / 2 && total + read >= Large / 2)
            {
                Assert.Equal(0, SizeOf("temp"));
                Assert.InRange(SizeOf("cache") - disk, long.MinValue, 1 << 20);
                Assert.InRange(Memory() - memory, long.MinValue, 32 << 20);
            }
        }

        Assert.Equal(Large, total);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_origins_work_on_what_is_not_stored()
    {
        await using var origin = await OriginServer.StartAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        origin.Respond = async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.WriteAsync("begin");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, fixture.Edge.HttpPort);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /a HTTP/1.1\r\nHost: {domain}\r\n\r\n"));
        await ReadUntilAsync(client.GetStream(), "begin");

        client.Close();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task EchoAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade)
            return;
        context.Response.Headers.Upgrade = context.Request.Headers.Upgrade;
        await using var stream = await upgrade.UpgradeAsync();
        var buffer = new byte[1000];
        for (int read; (read = await stream.ReadAsync(buffer, context.RequestAborted)) > 0;)
            await stream.WriteAsync(buffer.AsMemory(0, read));
    }

    private static async Task<string> ReadUntilAsync(Stream stream, string end)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var (text, octet) = (new StringBuilder(), new byte[1]);
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            Assert.Equal(1, await stream.ReadAsync(octet, patience.Token));
            text.Append((char)octet[0]);
        }
        return text.ToString();
    }

    private static async Task WriteAsync(Stream stream, long octets)
    {
        var buffer = new byte[65536];
        for (var left = octets; left > 0; left -= buffer.Length)
            await stream.WriteAsync(buffer);
    }

    // Of all workers together.
    private long Memory() => fixture.Edge.Workers().Sum(id =>
        long.Parse(
            File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..^2].Trim(),
            CultureInfo.InvariantCulture) << 10);

    // Without what the node tries its disk with, which comes and goes.
    private long SizeOf(string folder) =>
        new DirectoryInfo(Path.Combine(fixture.Edge.Data, folder)).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name != "room").Sum(file => file.Exists ? file.Length : 0);

    private sealed class Body(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
