using System.Diagnostics;
using System.Globalization;
using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class RateLimitTests(EdgeFixture fixture)
{
    // Long, so that no test runs into another window's part.
    private const int Hour = 3600;

    [Fact]
    public async Task No_more_than_so_many_requests_of_an_address_pass_whichever_worker_they_meet()
    {
        var domain = await AddAsync(new { requests = 20, seconds = Hour });

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => GetAsync(domain)));
        var other = await GetAsync(domain, "127.0.0.2");

        Assert.Equal(20, answers.Count(answer => RawHttp.Status(answer) == 200));
        Assert.Equal(40, answers.Count(answer => RawHttp.Status(answer) == 429));
        Assert.Equal(200, RawHttp.Status(other));
    }

    [Fact]
    public async Task Clients_are_told_what_is_left_and_when_to_come_again()
    {
        var domain = await AddAsync(new { requests = 2, seconds = Hour });

        var first = await fixture.Edge.GetAsync(domain, "/a");
        var second = await fixture.Edge.GetAsync(domain, "/a");
        var third = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal($"\"1\";q=2;w={Hour}", first.Headers["RateLimit-Policy"]);
        Assert.StartsWith("\"1\";r=1;t=", first.Headers["RateLimit"], StringComparison.Ordinal);
        Assert.True(second.IsHit);
        Assert.StartsWith("\"1\";r=0;t=", second.Headers["RateLimit"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.Status);
        Assert.Equal("Cirrus edge: 429. Too many requests.\n", third.Body);
        Assert.InRange(int.Parse(third.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 2 * Hour);
    }

    [Fact]
    public async Task After_the_time_that_was_told_there_is_room_again()
    {
        var domain = await AddAsync(new { requests = 3, seconds = 1 });

        // More at once than the limit, until it says stop.
        var told = 0;
        await Wait.UntilAsync("a request is refused", async () =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => fixture.Edge.GetAsync(domain, "/a")));
            var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
            told = refused.Select(answer => int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
            return refused.Count > 0;
        });
        var since = Stopwatch.StartNew();
        await Wait.UntilAsync("that time is over", () => since.Elapsed.TotalSeconds >= told);

        Assert.InRange(told, 1, 2);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);
    }

    [Fact]
    public async Task A_limit_counts_for_all_clients_of_a_domain_or_by_a_field()
    {
        var together = await AddAsync(new { requests = 2, seconds = Hour, by = "domain" });
        var apart = await AddAsync(new { requests = 1, seconds = Hour, by = "header:X-Api-Key" });

        int[] all = [await StatusAsync(together, "127.0.0.1"), await StatusAsync(together, "127.0.0.2"), await StatusAsync(together, "127.0.0.3")];
        var long1 = new string('k', 3000) + "1";
        var long2 = new string('k', 3000) + "2";
        int[] keys =
        [
            await StatusAsync(apart, "127.0.0.1", "a"), await StatusAsync(apart, "127.0.0.2", "a"), await StatusAsync(apart, "127.0.0.1", "b"),
            await StatusAsync(apart, "127.0.0.1", long1), await StatusAsync(apart, "127.0.0.1", long2), await StatusAsync(apart, "127.0.0.1", long1),
        ];
        int[] none = [await StatusAsync(apart, "127.0.0.1"), await StatusAsync(apart, "127.0.0.1"), await StatusAsync(apart, "127.0.0.2")];

        Assert.Equal([200, 200, 429], all);
        Assert.Equal([200, 429, 200, 200, 200, 429], keys);
        Assert.Equal([200, 429, 200], none);
    }

    [Fact]
    public async Task A_limit_may_be_for_some_paths_and_all_limits_that_concern_a_request_count()
    {
        var domain = await AddAsync(new { path = "/login", requests = 1, seconds = Hour }, new { requests = 3, seconds = Hour, path = (string?)null });

        int[] statuses = [await StatusAtAsync("/login"), await StatusAtAsync("/%6Cogin"), await StatusAtAsync("/a"), await StatusAtAsync("/b")];

        Assert.Equal([200, 429, 200, 429], statuses);
        async Task<int> StatusAtAsync(string path) => (int)(await fixture.Edge.GetAsync(domain, path)).Status;
    }

    [Fact]
    public async Task A_flood_of_clients_takes_no_more_memory_than_there_is()
    {
        await using var edge = new EdgeNode(fixture.Redis.Port);
        edge.Environment["CIRRUS_EDGE_LIMITS_SIZE"] = "32k";
        await edge.StartAsync();
        var domain = await AddAsync(new { requests = 5, seconds = Hour, by = "header:X-Api-Key" }, new { requests = 1000, seconds = Hour, by = "domain" });
        await edge.AppliedAsync((await fixture.Edge.StatusAsync()).Applied!);

        for (var i = 0; i < 1000; i += 100)
            await Task.WhenAll(Enumerable.Range(i, 100).Select(n => edge.GetAsync(domain, "/a", with: request => request.Headers.Add("X-Api-Key", $"{n}"))));
        var over = await edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.TooManyRequests, over.Status);
        Assert.DoesNotContain("[error]", edge.Process.Output, StringComparison.Ordinal);
    }

    private Task<string> AddAsync(params object[] rateLimits) => fixture.AddDomainAsync(members: new { access = new { rateLimits } });

    private Task<string> GetAsync(string domain, string from = "127.0.0.1", string? key = null) =>
        RawHttp.GetAsync(fixture.Edge.HttpPort, domain, "/a", from, key is null ? "" : $"X-Api-Key: {key}\r\n");

    private async Task<int> StatusAsync(string domain, string from, string? key = null) => RawHttp.Status(await GetAsync(domain, from, key));
}
