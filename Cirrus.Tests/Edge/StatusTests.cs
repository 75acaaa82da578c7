using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class StatusTests(EdgeFixture fixture)
{
    [Fact]
    public async Task Status_says_what_the_node_has_applied()
    {
        var change = await fixture.Control.AppendAsync("node-put", "edge-9");
        await fixture.Edge.AppliedAsync(change);

        var status = await fixture.Edge.StatusAsync();

        Assert.Equal("edge-test", status.Node);
        Assert.Equal("up", status.Redis);
        Assert.True(status.Ready);
        Assert.Equal(2, status.Workers);
    }

    [Fact]
    public async Task A_waiting_status_request_returns_at_once_when_a_change_is_applied()
    {
        var after = await fixture.Control.AppendAsync("node-put", "edge-9");
        await fixture.Edge.AppliedAsync(after);
        var best = TimeSpan.MaxValue;

        for (var i = 0; i < 5; i++)
        {
            var waiting = fixture.Edge.StatusAsync($"?after={after}&timeout=20");
            await Task.Delay(20);
            Assert.False(waiting.IsCompleted);
            var change = await fixture.Control.AppendAsync("node-put", "edge-9");
            // Redis has it on disk by now, however long that took.
            var clock = Stopwatch.StartNew();
            var status = await waiting;
            best = clock.Elapsed < best ? clock.Elapsed : best;
            Assert.True(ChangeId.Compare(status.Applied, change) >= 0);
            after = status.Applied!;
        }

        Assert.InRange(best.TotalMilliseconds, 0, 100);
    }

    [Fact]
    public async Task A_waiting_status_request_ends_with_its_timeout()
    {
        var clock = Stopwatch.StartNew();

        await fixture.Edge.StatusAsync("?after=9999999999999-0&timeout=0.3");

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.25, 5);
    }

    [Fact]
    public async Task Health_goes_through_both_tiers()
    {
        var answer = await fixture.Edge.GetAsync("health.cirrus.invalid", "/.well-known/cirrus/health");
        var other = await fixture.Edge.GetAsync("health.cirrus.invalid", "/");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("edge-test", JsonDocument.Parse(answer.Body).RootElement.GetProperty("node").GetString());
        Assert.Equal("edge-test; fwd=bypass", answer.CacheStatus);
        Assert.Equal(HttpStatusCode.NotFound, other.Status);
    }

    [Fact]
    public async Task Metrics_count_requests_by_domain_and_never_by_unknown_host()
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");
        await fixture.Edge.GetAsync("scanner.example.test", "/");
        string[] lines = [];

        // Counters come some at a time, those of both workers apart.
        await Wait.UntilAsync("all is counted", async () =>
        {
            lines = (await fixture.Edge.MetricsAsync()).Split('\n');
            return lines.Contains($"nginx_http_requests_total{{host=\"{domain}\",status=\"200\"}} 2") &&
                lines.Any(line => line.StartsWith("nginx_http_requests_total{host=\"unknown\",status=\"404\"} ", StringComparison.Ordinal)) &&
                lines.Any(line => line.StartsWith("nginx_cache_status_total{status=\"HIT\"} ", StringComparison.Ordinal));
        });

        Assert.Contains("cirrus_edge_redis_up 1", lines);
        Assert.DoesNotContain(lines, line => line.Contains("scanner", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("192.0.2.0/24,127.0.0.0/8, ::1")]
    [InlineData(" 2001:db8::/32 127.0.0.1/32")]
    public async Task The_status_port_answers_networks_with_commas_or_spaces_between_them(string allow)
    {
        await using var edge = new EdgeNode(fixture.Redis.Port);
        edge.Environment["CIRRUS_EDGE_STATUS_ALLOW"] = allow;

        await edge.StartAsync();

        Assert.Equal("edge-test", (await edge.StatusAsync()).Node);
    }

    [Fact]
    public async Task The_status_port_is_refused_to_addresses_not_allowed()
    {
        await using var edge = new EdgeNode(fixture.Redis.Port);
        edge.Environment["CIRRUS_EDGE_STATUS_ALLOW"] = "192.0.2.0/24, 198.51.100.1";

        var start = await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            await edge.StartProcessAsync();
            await edge.StatusAsync();
        });

        Assert.Equal(HttpStatusCode.Forbidden, start.StatusCode);
    }
}
