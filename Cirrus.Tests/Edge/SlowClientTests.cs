using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Tests.Edge;

/// <summary>Clients that take their time, and keep nobody else waiting.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private readonly EdgeFixture _fixture = new();

    public Task InitializeAsync() => _fixture.InitializeAsync(edge =>
    {
        edge.Environment["CIRRUS_EDGE_HEADER_TIMEOUT"] = "1";
        edge.Environment["CIRRUS_EDGE_BODY_TIMEOUT"] = "1";
        edge.Environment["CIRRUS_EDGE_SEND_TIMEOUT"] = "1";
        edge.Environment["CIRRUS_EDGE_HEADER_SIZE"] = "4k";
    });

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_header_that_drips_and_a_body_that_stops_end_the_connection_and_others_are_served_meanwhile()
    {
        _fixture.Origin.Respond = context => context.Request.Body.CopyToAsync(Stream.Null);
        var domain = await _fixture.AddDomainAsync();
        var header = $"GET /a HTTP/1.1\r\nHost: {domain}\r\n";
        var body = $"POST /a HTTP/1.1\r\nHost: {domain}\r\nContent-Length: 10\r\n\r\nx";

        var slow = Enumerable.Range(0, 200).Select(i => EndOfAsync(i % 2 == 0 ? header : body, isDripping: i % 2 == 0)).ToArray();
        var answers = new List<HttpStatusCode>();
        while (!slow.All(task => task.IsCompleted))
            answers.Add((await _fixture.Edge.GetAsync(domain, "/a")).Status);
        var durations = await Task.WhenAll(slow);

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(durations, duration => Assert.InRange(duration.TotalSeconds, 0.5, 10));
    }

    [Fact]
    public async Task The_size_of_a_header_is_what_the_operator_says()
    {
        var domain = await _fixture.AddDomainAsync();

        var fits = await RawHttp.GetAsync(_fixture.Edge.HttpPort, domain, "/a", fields: $"X: {new string('x', 3000)}\r\n");
        var doesNot = await RawHttp.GetAsync(_fixture.Edge.HttpPort, domain, "/a", fields: $"X: {new string('x', 5000)}\r\n");

        Assert.Equal(200, RawHttp.Status(fits));
        Assert.Equal(431, RawHttp.Status(doesNot));
    }

    // How long until the edge ends it.
    private async Task<TimeSpan> EndOfAsync(string text, bool isDripping)
    {
        using var client = new TcpClient();
        // The edge's clock starts no earlier, however long it is until this test goes on.
        var clock = Stopwatch.StartNew();
        await client.ConnectAsync(IPAddress.Loopback, _fixture.Edge.HttpPort);
        var stream = client.GetStream();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var end = ReadToEndAsync(stream, deadline.Token);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), deadline.Token);
        while (isDripping && await Task.WhenAny(end, Task.Delay(100, deadline.Token)) != end)
        {
            try
            {
                await stream.WriteAsync("X-A: b\r\n"u8.ToArray(), deadline.Token);
            }
            catch (IOException)
            {
                break;
            }
        }
        await end;
        return clock.Elapsed;
    }

    private static async Task ReadToEndAsync(NetworkStream stream, CancellationToken end)
    {
        try
        {
            var buffer = new byte[1024];
            while (await stream.ReadAsync(buffer, end) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }
}
