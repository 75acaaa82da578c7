using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>Origins that are probed: the member <c>originPolicy.health</c> of a domain.</summary>
[Collection(EdgeGroup.Name)]
public sealed class OriginHealthTests(EdgeFixture fixture)
{
    [Fact]
    public async Task An_origin_whose_probes_fail_is_asked_last_until_they_succeed()
    {
        await using var sick = await OriginServer.StartAsync();
        await using var well = await OriginServer.StartAsync();
        var (isSick, isWorse) = (true, false);
        sick.Respond = Probes(() => isSick);
        well.Respond = Probes(() => isWorse);
        var domain = await AddAsync(Origin(sick.Port), Origin(well.Port));

        await StateAsync(domain, sick.Port, up: false);
        await StateAsync(domain, well.Port, up: true);
        for (var i = 0; i < 6; i++)
            Assert.StartsWith($"{well.Port} ", (await fixture.Edge.GetAsync(domain, "/a")).Body, StringComparison.Ordinal);

        // When none is left, they are asked anyway.
        isWorse = true;
        await StateAsync(domain, well.Port, up: false);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);

        isSick = false;
        await StateAsync(domain, sick.Port, up: true);
        for (var i = 0; i < 6; i++)
            Assert.StartsWith($"{sick.Port} ", (await fixture.Edge.GetAsync(domain, "/a")).Body, StringComparison.Ordinal);
        var log = await File.ReadAllTextAsync(Path.Combine(fixture.Edge.Data, "logs", "error.log"));
        Assert.Contains($"origin http://127.0.0.1:{sick.Port} of {domain} is down by its probes: 503", log, StringComparison.Ordinal);
        Assert.Contains($"origin http://127.0.0.1:{sick.Port} of {domain} is up by its probes: 200", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_goes_to_no_address_that_a_request_may_not_go_to()
    {
        var port = FreePort.Next("127.0.0.2");
        await using var forbidden = new ConnectionCounter("127.0.0.2", port);
        var domain = await AddAsync(Origin(port, "127.0.0.2"));

        await StateAsync(domain, port, up: false, "127.0.0.2");

        Assert.Equal(0, forbidden.Connections);
    }

    [Fact]
    public async Task Probes_end_with_the_wish_for_them()
    {
        await using var origin = await OriginServer.StartAsync();
        await using var other = await OriginServer.StartAsync();
        var domain = await AddAsync(Origin(origin.Port));
        await AddAsync(Origin(other.Port));
        await StateAsync(domain, origin.Port, up: true);

        await fixture.AddDomainAsync(domain, origins: [Origin(origin.Port)]);

        await Wait.UntilAsync(
            "nothing is said of the origin any more",
            async () => !(await fixture.Edge.MetricsAsync()).Contains($"origin_up{{host=\"{domain}\"", StringComparison.Ordinal));
        // One may be on its way. By the probes of another origin: some more would have come.
        await MoreProbesAsync(other, 1);
        var probes = origin.Requests;
        await MoreProbesAsync(other, 2);
        Assert.Equal(probes, origin.Requests);
    }

    private static Task MoreProbesAsync(OriginServer origin, int count)
    {
        var before = origin.Requests;
        return Wait.UntilAsync("an origin is probed on", () => origin.Requests >= before + count);
    }

    private static object Origin(int port, string host = "127.0.0.1") => new { scheme = "http", host, port, weight = 1 };

    private static Func<HttpContext, Task> Probes(Func<bool> fail) => context =>
    {
        if (context.Request.Path == "/healthz" && fail())
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    };

    private Task<string> AddAsync(params object[] origins) => fixture.AddDomainAsync(
        cacheEnable: false, origins: origins,
        members: new { originPolicy = new { health = new { path = "/healthz", interval = 1, timeout = 10, unhealthyAfter = 2, healthyAfter = 1 } } });

    private Task StateAsync(string domain, int port, bool up, string host = "127.0.0.1") => Wait.UntilAsync(
        $"the origin {port} is {(up ? "up" : "down")}",
        async () => (await fixture.Edge.MetricsAsync()).Contains(
            $"cirrus_edge_origin_up{{host=\"{domain}\",origin=\"http://{host}:{port}\"}} {(up ? 1 : 0)}\n", StringComparison.Ordinal));
}
