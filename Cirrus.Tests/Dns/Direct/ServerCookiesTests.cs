using System.Globalization;
using System.Net;
using Cirrus.Dns.Direct;

namespace Cirrus.Tests.Dns.Direct;

public sealed class ServerCookiesTests
{
    // The examples of RFC 9018, appendix A.
    [Theory]
    [InlineData("e5e973e5a6b2a43f48e7dc849e37bfcf", "198.51.100.100", "2464c4abcf10c957", 1559731985, "010000005cf79f111f8130c3eee29480")]
    [InlineData("445536bcd2513298075a5d379663c962", "2001:db8:220:1:59de:d0f4:8769:82b8", "22681ab97d52c298", 1559741961, "010000005cf7c609a6bb79d16625507a")]
    public void Cookies_are_those_of_the_standard(string secret, string client, string own, long now, string server)
    {
        var cookies = new ServerCookies([Convert.FromHexString(secret)]);
        var address = ClientAddress.Of(IPAddress.Parse(client));
        var written = new byte[ServerCookies.Length];
        cookies.Write(Convert.FromHexString(own), address, (uint)now, written);

        Assert.Equal(own + server, Convert.ToHexStringLower(written));
        Assert.True(cookies.IsGood(written, address, (uint)now));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_cookie_is_good_for_an_hour(int age, bool good)
    {
        var (cookies, client, cookie) = Cookie();
        Assert.Equal(good, cookies.IsGood(cookie, client, (uint)(1_700_000_000 + age)));
    }

    [Fact]
    public void A_cookie_with_any_other_bit_is_not_good()
    {
        var (cookies, client, cookie) = Cookie();
        for (var bit = 0; bit < cookie.Length * 8; bit++)
        {
            var other = cookie.ToArray();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(cookies.IsGood(other, client, 1_700_000_000), bit.ToString(CultureInfo.InvariantCulture));
        }
        Assert.False(cookies.IsGood(cookie.AsSpan(0, 8), client, 1_700_000_000));
    }

    [Fact]
    public void A_former_secret_is_still_taken()
    {
        var (former, next) = (new byte[16], Enumerable.Repeat((byte)1, 16).ToArray());
        var client = ClientAddress.V4(1);
        var cookie = new byte[ServerCookies.Length];
        new ServerCookies([former]).Write(new byte[8], client, 1, cookie);
        Assert.True(new ServerCookies([next, former]).IsGood(cookie, client, 1));
        Assert.False(new ServerCookies([next]).IsGood(cookie, client, 1));
    }

    private static (ServerCookies Cookies, ClientAddress Client, byte[] Cookie) Cookie()
    {
        var cookies = new ServerCookies([]);
        var client = ClientAddress.V4(0xC0000201);
        var cookie = new byte[ServerCookies.Length];
        cookies.Write([1, 2, 3, 4, 5, 6, 7, 8], client, 1_700_000_000, cookie);
        return (cookies, client, cookie);
    }
}
