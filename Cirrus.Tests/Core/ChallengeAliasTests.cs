using Cirrus.Core.Acme;
using Cirrus.Core.Steering;

namespace Cirrus.Tests.Core;

public sealed class ChallengeAliasTests
{
    [Theory]
    [InlineData("www.example.com", "", "www.example.com")]
    [InlineData("*.example.com", "example.com", "example.com")]
    [InlineData("example.com", "*.example.com www.example.com *.www.example.com", "example.com www.example.com")]
    [InlineData("www.example.com", "x.cdn.local.test cdn.local.test *.cdn.local.test", "www.example.com")]
    public void There_is_one_record_for_each_name_outside_our_own_zone(string domain, string alternatives, string expected)
    {
        var of = ChallengeAlias.Of([domain, .. alternatives.Split(' ', StringSplitOptions.RemoveEmptyEntries)], "cdn.local.test");
        Assert.Equal(
            expected.Split(' ').Select(n => new ChallengeAlias($"_acme-challenge.{n}.", $"_acme-challenge.{AccessName.Label(n)}.cdn.local.test.")), of);
    }
}
