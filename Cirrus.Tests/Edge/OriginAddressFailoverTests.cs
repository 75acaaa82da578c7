using System.Net;

namespace Cirrus.Tests.Edge;

public sealed class OriginAddressFailoverTests
{
    [Fact]
    public async Task When_one_address_of_a_name_takes_no_connection_the_next_is_tried()
    {
        await using var names = new NameServer();
        await names.StartAsync("two 60 A 127.0.0.3", "two 60 A 127.0.0.1");
        var fixture = new EdgeFixture();
        try
        {
            await fixture.InitializeAsync(edge =>
            {
                edge.Environment["CIRRUS_EDGE_RESOLVER"] = names.Address;
                edge.Environment["CIRRUS_EDGE_ORIGIN_ALLOW"] = "127.0.0.1/32, 127.0.0.3";
            });
            var origin = new { scheme = "http", host = "two.origins.test", port = fixture.Origin.Port, weight = 1 };
            var domain = await fixture.AddDomainAsync(cacheEnable: false, origins: [origin]);

            for (var i = 0; i < 20; i++)
                Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, $"/{i}")).Status);
        }
        finally
        {
            await fixture.DisposeAsync();
        }
    }
}
