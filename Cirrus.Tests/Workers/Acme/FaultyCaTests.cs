using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Cirrus.Tests.Programs;
using Cirrus.Workers.Acme.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Workers.Acme;

public sealed class FaultyCaTests : IAsyncLifetime
{
    private const string Problem = """{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many orders"}""";

    private FaultyCa _ca = null!;

    public async Task InitializeAsync() => _ca = await FaultyCa.StartAsync();

    public async Task DisposeAsync() => await _ca.DisposeAsync();

    [Fact]
    public async Task A_short_pause_that_the_CA_asks_for_is_made()
    {
        _ca.On("/order", (n, c) => n < 3 ? Fail(c, 503, "", "1") : PendingOrder(c));

        var order = await OrderAsync();

        Assert.Equal(_ca.Url("/order/1"), order.Url);
        Assert.Equal(3, _ca.Asked("/order"));
    }

    [Fact]
    public async Task A_long_one_is_left_to_whoever_asked()
    {
        _ca.On("/order", (_, c) => Fail(c, 429, Problem, DateTimeOffset.UtcNow.AddHours(3).ToString("r")));

        var refused = await Assert.ThrowsAsync<AcmeException>(OrderAsync);

        Assert.Equal(1, _ca.Asked("/order"));
        Assert.InRange(refused.RetryAfter!.Value - DateTimeOffset.UtcNow, TimeSpan.FromHours(2.9), TimeSpan.FromHours(3.1));
        Assert.StartsWith(
            "Faulty CA refused the order for www.example.com: too many orders (urn:ietf:params:acme:error:rateLimited). Try again after ",
            refused.Message, StringComparison.Ordinal);
        Assert.Equal(Problem, refused.Problem!.Raw);
    }

    [Fact]
    public async Task An_order_is_not_sent_twice_when_the_CA_fails()
    {
        _ca.On("/order", (_, c) => Fail(c, 500, "<html>\n<b>Oops</b></html>"));

        var failed = await Assert.ThrowsAsync<AcmeException>(OrderAsync);

        Assert.Equal(1, _ca.Asked("/order"));
        Assert.Equal(
            "Faulty CA had a fault of its own with the order for www.example.com: status 500, without saying why. "
            + "The answer begins with \"<html> <b>Oops</b></html>\".", failed.Message);
        Assert.Null(failed.Problem);
    }

    [Fact]
    public async Task What_only_reads_is_asked_again_when_the_CA_fails()
    {
        _ca.On("/order/1", (n, c) => n switch
        {
            1 => Fail(c, 500, ""),
            2 => Abort(c),
            _ => PendingOrder(c),
        });

        var order = await _ca.Client.GetOrderAsync(_ca.Account, _ca.Url("/order/1"), default);

        Assert.Equal(OrderStatus.Pending, order.Status);
    }

    [Fact]
    public async Task Polling_waits_as_long_as_the_CA_says()
    {
        _ca.On("/order/1", (n, c) =>
        {
            c.Response.Headers.RetryAfter = "2";
            return n == 1 ? PendingOrder(c) : c.Response.WriteAsync(Order("valid"));
        });
        var begun = TimeProvider.System.GetTimestamp();

        var order = await _ca.Client.WaitForOrderAsync(_ca.Account, _ca.Url("/order/1"), AcmeStack.Patience, default);

        Assert.Equal(OrderStatus.Valid, order.Status);
        Assert.Equal(2, _ca.Asked("/order/1"));
        Assert.True(TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(1.9));
    }

    [Fact]
    public async Task A_pause_beyond_the_deadline_is_not_begun()
    {
        _ca.On("/order/1", (_, c) =>
        {
            c.Response.Headers.RetryAfter = "3600";
            return PendingOrder(c);
        });

        var late = await Assert.ThrowsAsync<AcmeException>(
            () => _ca.Client.WaitForOrderAsync(_ca.Account, _ca.Url("/order/1"), AcmeStack.Patience, default));

        Assert.NotNull(late.RetryAfter);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"newNonce":7}""")]
    [InlineData("""{"newNonce":"/relative"}""")]
    [InlineData("""{"meta":[]}""")]
    public async Task A_directory_that_is_none_is_told_so(string body)
    {
        _ca.On("/dir", (_, c) => c.Response.WriteAsync(body));

        var unusable = await Assert.ThrowsAsync<AcmeException>(() => _ca.Client.GetDirectoryAsync(default));

        Assert.StartsWith("Faulty CA gave an answer about its directory that can't be used: ", unusable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"status":"strange","finalize":"https://ca.example/f"}""")]
    [InlineData("""{"status":"pending"}""")]
    [InlineData("""{"finalize":"https://ca.example/f"}""")]
    [InlineData("""{"status":"pending","finalize":"f"}""")]
    public async Task An_order_that_is_none_is_told_so(string body)
    {
        _ca.On("/order/1", (_, c) => c.Response.WriteAsync(body));

        var unusable = await Assert.ThrowsAsync<AcmeException>(
            () => _ca.Client.GetOrderAsync(_ca.Account, _ca.Url("/order/1"), default));

        Assert.Contains("can't be used", unusable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_is_none_is_told_so()
    {
        _ca.On("/cert/1", (_, c) => c.Response.WriteAsync("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));

        var unusable = await Assert.ThrowsAsync<AcmeException>(
            () => _ca.Client.DownloadAsync(_ca.Account, _ca.Url("/cert/1"), null, default));

        Assert.Contains("not a chain of certificates", unusable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        _ca.On("/dir", async (_, c) =>
        {
            var block = new byte[64 * 1024];
            while (!c.RequestAborted.IsCancellationRequested)
                await c.Response.Body.WriteAsync(block, c.RequestAborted);
        });

        var unusable = await Assert.ThrowsAsync<AcmeException>(() => _ca.Client.GetDirectoryAsync(default));

        Assert.Contains("more than 256 KiB", unusable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_CA_that_does_not_answer_is_told_so()
    {
        var time = new FakeTimeProvider();
        var client = _ca.ClientFor("/dir", time);
        _ca.On("/order", (_, c) => Task.Delay(Timeout.Infinite, c.RequestAborted));

        var ordering = client.NewOrderAsync(_ca.Account, ["www.example.com"], null, default);
        await Wait.UntilAsync("the order has come in", () => _ca.Asked("/order") == 1);
        time.Advance(TimeSpan.FromSeconds(31));

        var late = await Assert.ThrowsAsync<AcmeException>(() => ordering);
        Assert.Equal("Faulty CA could not be asked for the order for www.example.com: no answer within 30 s.", late.Message);
    }

    [Fact]
    public async Task A_CA_that_is_away_is_told_so()
    {
        var client = _ca.ClientFor("/dir", port: FreePort.Next());

        var away = await Assert.ThrowsAsync<AcmeException>(() => client.GetDirectoryAsync(default));

        Assert.Equal("Faulty CA could not be asked for its directory: connection refused.", away.Message);
    }

    [Fact]
    public async Task The_directory_is_read_again_after_an_hour()
    {
        var time = new FakeTimeProvider();
        var client = _ca.ClientFor("/dir", time);

        await client.GetDirectoryAsync(default);
        await client.GetDirectoryAsync(default);
        Assert.Equal(1, _ca.Asked("/dir"));
        time.Advance(TimeSpan.FromMinutes(61));
        await client.GetDirectoryAsync(default);

        Assert.Equal(2, _ca.Asked("/dir"));
    }

    [Fact]
    public async Task Whoever_cancels_is_not_kept_waiting()
    {
        _ca.On("/dir", (_, c) => Task.Delay(Timeout.Infinite, c.RequestAborted));
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _ca.Client.GetDirectoryAsync(soon.Token));
    }

    [Fact]
    public async Task Nothing_is_asked_without_TLS()
    {
        _ca.On("/dir", (_, c) => c.Response.WriteAsync(_ca.Directory().Replace("https", "http", StringComparison.Ordinal)));

        var refused = await Assert.ThrowsAsync<AcmeException>(OrderAsync);

        Assert.Contains("which is not https", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_CA_that_always_says_badNonce_is_given_up()
    {
        _ca.On("/order", (_, c) => Fail(c, 400, """{"type":"urn:ietf:params:acme:error:badNonce"}"""));

        var refused = await Assert.ThrowsAsync<AcmeException>(OrderAsync);

        Assert.True(refused.Problem!.Is("badNonce"));
        Assert.Equal(128, _ca.Asked("/order"));
    }

    [Fact]
    public async Task Renewal_information_is_a_window_and_a_page_that_explains_it()
    {
        _ca.On("/dir", (_, c) => c.Response.WriteAsync(_ca.Directory($",\"renewalInfo\":\"{_ca.Url("/ari")}\"")));
        _ca.On("/ari/aki.serial", (_, c) =>
        {
            c.Response.Headers.RetryAfter = "7200";
            return c.Response.WriteAsync("""
                {"suggestedWindow":{"start":"2026-01-02T04:00:00Z","end":"2026-01-03T04:00:00Z"},"explanationURL":"https://ca.example/why"}
                """);
        });
        _ca.On("/ari/odd.one", (_, c) => c.Response.WriteAsync(
            """{"suggestedWindow":{"start":"2026-01-02T04:00:00Z","end":"2026-01-01T04:00:00Z"}}"""));

        var info = (await _ca.Client.GetRenewalInfoAsync("aki.serial", default))!;

        Assert.Equal(new DateTimeOffset(2026, 1, 2, 4, 0, 0, TimeSpan.Zero), info.Start);
        Assert.Equal(TimeSpan.FromDays(1), info.End - info.Start);
        Assert.Equal("https://ca.example/why", info.Explanation?.AbsoluteUri);
        Assert.InRange(info.NextCheck - DateTimeOffset.UtcNow, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
        await Assert.ThrowsAsync<AcmeException>(() => _ca.Client.GetRenewalInfoAsync("odd.one", default));
    }

    [Fact]
    public async Task A_renewal_says_what_it_replaces_to_a_CA_that_wants_to_know()
    {
        _ca.On("/dir", (_, c) => c.Response.WriteAsync(_ca.Directory($",\"renewalInfo\":\"{_ca.Url("/ari")}\"")));
        _ca.On("/order", (_, c) => PendingOrder(c));

        await _ca.Client.NewOrderAsync(_ca.Account, ["www.example.com"], "aki.serial", default);

        var payload = JsonElement.Parse(_ca.LastRequest).GetProperty("payload").GetString()!;
        Assert.Equal(
            """{"identifiers":[{"type":"dns","value":"www.example.com"}],"replaces":"aki.serial"}""",
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(payload)));
    }

    private Task<AcmeOrder> OrderAsync() => _ca.Client.NewOrderAsync(_ca.Account, ["www.example.com"], null, default);

    private string Order(string status) => $$"""
        {"status":"{{status}}","identifiers":[{"type":"dns","value":"www.example.com"}],"authorizations":["{{_ca.Url("/authz/1")}}"],
         "finalize":"{{_ca.Url("/finalize/1")}}","expires":"2026-12-01T00:00:00.123456789Z"}
        """;

    private Task PendingOrder(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = "/order/1";
        return context.Response.WriteAsync(Order("pending"));
    }

    private static Task Fail(HttpContext context, int status, string body, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync(body);
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
