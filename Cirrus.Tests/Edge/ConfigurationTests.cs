using System.Net;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class ConfigurationTests(EdgeFixture fixture)
{
    [Fact]
    public async Task A_domain_changes_and_goes_without_a_reload()
    {
        var workers = fixture.Edge.Workers();
        await using var second = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(cacheEnable: false);
        var before = await fixture.Edge.GetAsync(domain, "/a");

        await fixture.AddDomainAsync(domain, origins: [ControlPlane.Origin(second.Port)], cacheEnable: false);
        var after = await fixture.Edge.GetAsync(domain, "/a");
        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteDomainAsync(domain));
        var gone = await fixture.Edge.GetAsync(domain, "/a");

        Assert.StartsWith($"{fixture.Origin.Port} ", before.Body, StringComparison.Ordinal);
        Assert.StartsWith($"{second.Port} ", after.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.Equal(workers, fixture.Edge.Workers());
    }

    [Fact]
    public async Task A_domain_created_again_does_not_find_its_old_objects()
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");

        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteDomainAsync(domain));
        await fixture.AddDomainAsync(domain);

        Assert.False((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
    }

    [Fact]
    public async Task Changes_of_nodes_advance_the_position_and_keep_the_cache()
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");

        var change = await fixture.Control.AppendAsync("node-put", "edge-9");

        await fixture.Edge.AppliedAsync(change);
        Assert.True((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
    }
}
