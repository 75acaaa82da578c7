using System.ComponentModel.DataAnnotations;
using System.Net;
using Cirrus.Core.Origins;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class AddressPolicyTests
{
    private static readonly AddressPolicy Strict = new([]);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.255.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("100:0:0:1::1")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a00:1::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_refused(string address) => Assert.NotNull(Strict.Problem(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::1.1.1.1")]
    [InlineData("2002:101:101::1")]
    public void A_public_address_is_not(string address) => Assert.Null(Strict.Problem(IPAddress.Parse(address)));

    [Theory]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("10.0.0.1", "private")]
    [InlineData("169.254.1.1", "link-local")]
    public void The_kind_of_address_is_said(string address, string word) =>
        Assert.Contains(word, Strict.Problem(IPAddress.Parse(address)), StringComparison.Ordinal);

    [Fact]
    public void Only_what_is_allowed_is_allowed()
    {
        var policy = new AddressPolicy([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00:1::/64")]);
        Assert.Null(policy.Problem(IPAddress.Parse("10.1.2.3")));
        Assert.Null(policy.Problem(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.Null(policy.Problem(IPAddress.Parse("fd00:1::5")));
        Assert.NotNull(policy.Problem(IPAddress.Parse("10.2.0.1")));
        Assert.NotNull(policy.Problem(IPAddress.Parse("fd00:2::5")));
        Assert.NotNull(policy.Problem("localhost"));
        Assert.NotNull(policy.Problem("metadata.google.internal"));
    }

    [Fact]
    public void Names_that_say_where_they_lead_are_judged_by_that()
    {
        var loopback = new AddressPolicy([IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")]);
        foreach (var name in new[] { "localhost", "www.localhost", "metadata.google.internal" })
            Assert.NotNull(Strict.Problem(name));
        Assert.Null(loopback.Problem("www.localhost"));
        // A name may have either family, so one of them is not enough.
        Assert.NotNull(new AddressPolicy([IPNetwork.Parse("127.0.0.0/8")]).Problem("localhost"));
        Assert.Null(Strict.Problem("notlocalhost"));
        Assert.Null(Strict.Problem("origin"));
    }

    [Fact]
    public void An_IPv4_address_is_judged_alike_in_every_form() => Gen.Byte.Array[4].Sample(octets =>
    {
        var plain = Strict.Problem(new IPAddress(octets));
        byte[][] forms = [[.. new byte[10], 0xff, 0xff, .. octets], [0, 0x64, 0xff, 0x9b, .. new byte[8], .. octets], [0x20, 0x02, .. octets, .. new byte[10]]];
        Assert.All(forms, form => Assert.Equal(plain, Strict.Problem(new IPAddress(form))));
    });

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("everything")]
    [InlineData("")]
    public void A_malformed_network_is_refused_by_its_key(string network)
    {
        var options = new OriginsOptions { AllowedNetworks = ["10.0.0.0/8", network] };
        var problem = Assert.Single(options.Validate(new ValidationContext(options)));
        Assert.StartsWith("Origins:AllowedNetworks:1 ", problem.ErrorMessage, StringComparison.Ordinal);
    }
}
