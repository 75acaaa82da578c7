using System.Net;
using Cirrus.Dns;
using Cirrus.Dns.Transfers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Dns;

public sealed class SecondaryAddressesTests
{
    [Fact]
    public async Task A_host_name_is_known_once_it_was_resolved()
    {
        var byName = new SecondaryOptions { Name = "ns1", Address = "localhost" };
        var options = new DnsOptions
        {
            Secondaries = [byName, new() { Name = "ns2", Address = "192.0.2.2" }, new() { Name = "ns3", Address = "localhost", Glue = ["192.0.2.3"] }],
            TransferFrom = ["198.51.100.0/24"],
        };
        var addresses = new SecondaryAddresses(Options.Create(options), TimeProvider.System, NullLogger<SecondaryAddresses>.Instance);

        Assert.Equal([0, 1, 1], addresses.KnownNameServers().Select(s => s.Glue.Count));
        Assert.False(TransferAcl.Allows(addresses.KnownToTransfer(), IPAddress.Loopback));
        Assert.True(TransferAcl.Allows(addresses.KnownToTransfer(), IPAddress.Parse("192.0.2.2")));
        Assert.True(TransferAcl.Allows(addresses.KnownToTransfer(), IPAddress.Parse("198.51.100.7")));

        await addresses.OfAsync(byName);

        Assert.Contains(IPAddress.Loopback, addresses.KnownNameServers()[0].Glue);
        Assert.True(TransferAcl.Allows(addresses.KnownToTransfer(), IPAddress.Loopback));
    }
}
