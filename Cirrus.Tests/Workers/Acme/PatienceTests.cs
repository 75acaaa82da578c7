using System.Net;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>When a CA is asked again.</summary>
public sealed class PatienceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("Sun, 01 Mar 2026 12:05:00 GMT", 300)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", 0)]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("99999999999999999999", null)]
    public void Retry_After_is_seconds_or_a_date(string? header, int? seconds) =>
        Assert.Equal(seconds, (RetryAfter.Moment(header, Now) - Now)?.TotalSeconds);

    [Theory]
    // status, Retry-After, repeatable, attempt -> pause
    [InlineData(503, 2, false, 1, 2)]
    [InlineData(429, 30, false, 1, 30)]
    [InlineData(429, 31, true, 1, null)]
    [InlineData(429, null, true, 1, null)]
    [InlineData(503, null, false, 1, null)]
    [InlineData(503, null, true, 1, 1)]
    [InlineData(500, null, true, 3, 4)]
    [InlineData(500, null, true, 4, null)]
    [InlineData(500, null, false, 1, null)]
    [InlineData(null, null, true, 2, 2)]
    [InlineData(null, null, false, 1, null)]
    [InlineData(403, 2, true, 1, null)]
    public void A_request_is_sent_again_only_when_that_can_do_no_harm(int? status, int? after, bool repeatable, int attempt, int? seconds)
    {
        var moment = after is { } s ? Now.AddSeconds(s) : (DateTimeOffset?)null;

        Assert.Equal(seconds, RetryPolicy.Pause((HttpStatusCode?)status, moment, repeatable, attempt, Now)?.TotalSeconds);
    }

    [Fact]
    public void A_moment_that_has_passed_meanwhile_is_no_negative_pause() =>
        Assert.Equal(TimeSpan.Zero, RetryPolicy.Pause(HttpStatusCode.ServiceUnavailable, Now.AddSeconds(-1), false, 1, Now));

    [Theory]
    // Retry-After, how often asked, seconds left -> pause
    [InlineData(null, 1, 60.0, 0.5)]
    [InlineData(null, 2, 60.0, 0.75)]
    [InlineData(null, 1000, 60.0, 5.0)]
    [InlineData(null, 1000, 2.0, 2.0)]
    [InlineData(null, 3, 0.0, null)]
    [InlineData(7, 1, 60.0, 7.0)]
    [InlineData(0, 1, 60.0, 0.5)]
    [InlineData(61, 1, 60.0, null)]
    public void Polling_does_as_the_CA_says_and_slows_down_by_itself(int? after, int asked, double left, double? seconds)
    {
        var moment = after is { } s ? Now.AddSeconds(s) : (DateTimeOffset?)null;

        Assert.Equal(seconds, PollPolicy.Pause(moment, asked, TimeSpan.FromSeconds(left), Now)?.TotalSeconds);
    }

    [Theory]
    [InlineData(null, 6 * 3600)]
    [InlineData(1, 60)]
    [InlineData(7200, 7200)]
    [InlineData(1_000_000, 86400)]
    public void Renewal_information_is_asked_for_again_within_limits(int? after, int seconds)
    {
        var moment = after is { } s ? Now.AddSeconds(s) : (DateTimeOffset?)null;

        Assert.Equal(Now.AddSeconds(seconds), RenewalInfo.CheckAgain(moment, Now));
    }

    [Fact]
    public void The_newest_nonce_is_used_first_and_only_so_many_are_kept()
    {
        var pool = new NoncePool();
        for (var i = 0; i < 100; i++)
            pool.Add($"n{i}");

        Assert.Equal("n99", pool.Take());
        var left = 0;
        while (pool.Take() is not null)
            left++;
        Assert.Equal(15, left);
    }

    [Theory]
    [InlineData("oFvnlFP1wIhRlYS2jTaXbA", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a b", false)]
    [InlineData("a+b/", false)]
    [InlineData("YQ==", false)]
    public void A_nonce_is_base64url(string? text, bool expected) => Assert.Equal(expected, NoncePool.IsNonce(text));
}
