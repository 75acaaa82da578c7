using System.Net;
using Cirrus.Dns.Transfers;

namespace Cirrus.Tests.Dns;

public sealed class TransferAclTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.0/24", "192.0.2.2", true)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.2", true)]
    [InlineData("192.0.2.0/24", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8::1", true)]
    public void A_client_is_allowed_by_its_network(string allowed, string client, bool expected)
    {
        Assert.True(TransferAcl.TryParse(allowed, out var network));
        Assert.Equal(expected, TransferAcl.Allows([network.Value], IPAddress.Parse(client)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2.0/33")]
    [InlineData("example.com")]
    public void What_is_no_network_is_not_read(string text) => Assert.False(TransferAcl.TryParse(text, out _));
}
