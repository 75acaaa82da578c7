using Cirrus.Core.Domains;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("WWW.Example.COM", "www.example.com")]
    [InlineData("www.example.com.", "www.example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("*.Bücher.example", "*.xn--bcher-kva.example")]
    [InlineData("3com.example", "3com.example")]
    [InlineData("a.b", "a.b")]
    public void A_host_name_has_one_normal_form(string input, string expected)
    {
        Assert.Null(HostName.Normalise(input, allowWildcard: true, out var name));
        Assert.Equal(expected, name);
        Assert.Null(HostName.Normalise(name, allowWildcard: true, out var again));
        Assert.Equal(name, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(" ")]
    [InlineData("www example.com")]
    [InlineData(" www.example.com")]
    [InlineData("www.example.com\n")]
    [InlineData("www.example.com\t")]
    [InlineData("localhost")]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1.")]
    [InlineData("2001:db8::1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("1.2.3.4.5")]
    [InlineData("www.example.123")]
    [InlineData("www..example.com")]
    [InlineData(".example.com")]
    [InlineData("www.example.com..")]
    [InlineData("a_b.example.com")]
    [InlineData("-a.example.com")]
    [InlineData("a-.example.com")]
    [InlineData("a/b.example.com")]
    [InlineData("www.example.com:80")]
    [InlineData("http://www.example.com")]
    [InlineData("a\0b.example.com")]
    [InlineData("*")]
    [InlineData("*.com")]
    [InlineData("*.*.example.com")]
    [InlineData("www.*.example.com")]
    [InlineData("w*.example.com")]
    [InlineData("xn--\u00fc.example")]
    public void What_is_no_host_name_is_refused_with_a_reason(string input)
    {
        var problem = HostName.Normalise(input, allowWildcard: true, out _);
        Assert.NotNull(problem);
        Assert.StartsWith("must ", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bu\u0308cher.example")]
    [InlineData("\u304b\u3099.example")]
    [InlineData("\u1112\u1161\u11ab.example")]
    public void Decomposed_letters_do_not_make_a_second_name(string input) =>
        Assert.Contains("composed", HostName.Normalise(input, allowWildcard: true, out _), StringComparison.Ordinal);

    [Theory]
    [InlineData("\uff41.example")]
    [InlineData("\ufb01sh.example")]
    [InlineData("\uff11\uff0e\uff12.example")]
    [InlineData("\u2102.example")]
    [InlineData("\ud835\udd38.example")]
    public void Forms_of_letters_that_clients_ask_for_as_plain_ones_are_refused(string input) =>
        Assert.Contains("plain letters", HostName.Normalise(input, allowWildcard: true, out _), StringComparison.Ordinal);

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(300, false)]
    public void A_label_has_at_most_63_octets(int length, bool fine)
    {
        Assert.Equal(fine, HostName.Normalise($"{new string('a', length)}.example.com", allowWildcard: false, out _) is null);
        // 63 letters that need more octets once they are in punycode.
        Assert.NotNull(HostName.Normalise($"{new string('ü', length)}.example.com", allowWildcard: false, out _));
    }

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_has_at_most_253_octets(int length, bool fine)
    {
        var name = string.Concat(Enumerable.Repeat(new string('a', 49) + ".", 5)) + new string('b', length - 250);
        Assert.Equal(length, name.Length);
        Assert.Equal(fine, HostName.Normalise(name, allowWildcard: false, out _) is null);
    }

    [Fact]
    public void A_wildcard_is_refused_where_none_is_wanted() =>
        Assert.Equal("must not be a wildcard", HostName.Normalise("*.example.com", allowWildcard: false, out _));

    [Fact]
    public void Whatever_comes_in_either_is_refused_or_gets_a_stable_name_of_safe_letters() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["abz09-._*ÜßıK\u3002 "], 0, 30]).Sample(input =>
        {
            if (HostName.Normalise(input, allowWildcard: true, out var name) is not null)
                return;
            Assert.Matches(@"^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+\z", name);
            Assert.Null(HostName.Normalise(name, allowWildcard: true, out var again));
            Assert.Equal(name, again);
        });
}
