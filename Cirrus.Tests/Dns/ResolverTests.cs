using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>The zone as the world sees it: through a resolver, by a customer's CNAME.</summary>
public sealed class ResolverTests(DnsFixture stack) : IClassFixture<DnsFixture>
{
    [Fact]
    public async Task A_customers_cname_leads_to_the_nodes_as_long_as_it_is_there()
    {
        const string name = "www.resolved.test";
        await stack.AddNodeAsync("edge-1", NodeHealth.Up, "192.0.2.1");
        await stack.UntilAppliedAsync(await stack.AddDomainAsync(name));
        await using var resolver = await Unbound.StartAsync(DnsFixture.Zone, stack.SecondaryPorts);
        Assert.Empty(await resolver.AnswersAsync(name, "A"));

        var access = AccessName.For(name, DnsFixture.Zone);
        await resolver.AddCnameAsync(name, access);
        var answers = await resolver.AnswersAsync(name, "A");
        Assert.Contains($"{access}.", answers);
        Assert.Contains("192.0.2.1", answers);

        await resolver.AddCnameAsync(name, "elsewhere.test");
        Assert.Equal(["elsewhere.test."], await resolver.AnswersAsync(name, "CNAME"));

        await resolver.RemoveCnameAsync(name);
        Assert.Empty(await resolver.AnswersAsync(name, "A"));
    }

    [Fact]
    public async Task A_name_that_was_asked_for_too_early_is_found_when_it_is_there()
    {
        const string name = "www.early.test";
        await stack.AddNodeAsync("edge-2", NodeHealth.Up, "192.0.2.2");
        await using var resolver = await Unbound.StartAsync(DnsFixture.Zone, stack.SecondaryPorts);
        await resolver.AddCnameAsync(name, AccessName.For(name, DnsFixture.Zone));
        Assert.DoesNotContain("192.0.2.2", await resolver.AnswersAsync(name, "A"));

        await stack.UntilAppliedAsync(await stack.AddDomainAsync(name));
        Assert.Contains("192.0.2.2", await resolver.AnswersAsync(name, "A"));
    }
}
