using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>Whom both secondaries name for domains that want TLS, with every program real and two nodes that are chosen for every domain.</summary>
public sealed class TlsGateTests(DnsFixture stack) : IClassFixture<DnsFixture>, IAsyncLifetime
{
    private const string First = "192.0.2.1";
    private const string Second = "192.0.2.2";
    private static readonly DomainTls Held = new() { Certificate = CertificateOrigin.Acme, HoldDns = true };
    private static readonly DomainTls Live = new() { Certificate = CertificateOrigin.Acme };

    private readonly string _domain = $"{Guid.NewGuid():N}.test";

    public async Task InitializeAsync()
    {
        await stack.AddNodeAsync("edge-1", NodeHealth.Up, First);
        await stack.AddNodeAsync("edge-2", NodeHealth.Up, Second);
    }

    public async Task DisposeAsync()
    {
        await stack.RemoveDomainAsync(_domain);
        await stack.RemoveNodeAsync("edge-1");
        await stack.RemoveNodeAsync("edge-2");
    }

    [Fact]
    public async Task A_new_domain_is_led_to_each_node_once_that_has_the_certificate()
    {
        await NamedWithAsync(await stack.AddDomainAsync(_domain, Held));
        var certificate = await stack.PutCertificateAsync(_domain);
        await NamedWithAsync(certificate);
        await HasAppliedAsync("edge-1", certificate);
        await stack.UntilBothNameAsync(_domain, First);
        await HasAppliedAsync("edge-2", certificate);
        await stack.UntilBothNameAsync(_domain, First, Second);

        // The former one is good until they have the next.
        await NamedWithAsync(await stack.PutCertificateAsync(_domain), First, Second);
        await NamedWithAsync(await stack.DeleteCertificateAsync(_domain));
        certificate = await stack.PutCertificateAsync(_domain);
        await NamedWithAsync(certificate);
        await HasAppliedAsync("edge-2", certificate);
        await stack.UntilBothNameAsync(_domain, Second);
        await NamedWithAsync(await stack.PutDomainAsync(_domain, null), First, Second);
    }

    [Fact]
    public async Task A_live_domain_that_begins_to_want_TLS_is_named_throughout()
    {
        await NamedWithAsync(await stack.AddDomainAsync(_domain), First, Second);
        await NamedWithAsync(await stack.PutDomainAsync(_domain, Live), First, Second);
        var certificate = await stack.PutCertificateAsync(_domain);
        await NamedWithAsync(certificate, First, Second);
        await HasAppliedAsync("edge-2", certificate);
        await stack.UntilBothNameAsync(_domain, Second);
        await HasAppliedAsync("edge-1", certificate);
        await stack.UntilBothNameAsync(_domain, First, Second);
        await NamedWithAsync(await stack.DeleteCertificateAsync(_domain), First, Second);
    }

    [Fact]
    public async Task Nothing_is_lost_of_a_domain_whose_nodes_applied_its_certificate_before_it_wanted_TLS()
    {
        await stack.AddDomainAsync(_domain);
        var certificate = await stack.PutCertificateAsync(_domain);
        await NamedWithAsync(certificate, First, Second);
        await HasAppliedAsync("edge-1", certificate);
        await HasAppliedAsync("edge-2", certificate);
        await NamedWithAsync(await stack.PutDomainAsync(_domain, Held), First, Second);
    }

    [Fact]
    public async Task A_primary_that_starts_goes_on_where_the_gate_stands()
    {
        await stack.UntilAppliedAsync(await stack.AddDomainAsync(_domain, Held));
        await AssertSameAfterRestartAsync();

        await stack.KillDnsAsync();
        var certificate = await stack.PutCertificateAsync(_domain);
        await HasAppliedAsync("edge-1", certificate);
        stack.StartDns();
        await stack.UntilBothNameAsync(_domain, First);
        await AssertSameAfterRestartAsync();

        await HasAppliedAsync("edge-2", certificate);
        await stack.UntilBothNameAsync(_domain, First, Second);
        await AssertSameAfterRestartAsync();

        await stack.KillDnsAsync();
        await stack.DeleteCertificateAsync(_domain);
        stack.StartDns();
        await stack.UntilBothNameAsync(_domain);
    }

    private async Task AssertSameAfterRestartAsync()
    {
        var serial = await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone);
        await stack.KillDnsAsync();
        stack.StartDns();
        await Wait.UntilAsync("the primary is back", async () => await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone) is not null);
        Assert.Equal(serial, await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone));
    }

    private Task HasAppliedAsync(string node, ChangeId change) => stack.Applied.RecordNodeAsync(node, change, DateTimeOffset.UtcNow);

    // With the receipt of a change both answer what then is so: nothing is waited for here.
    private async Task NamedWithAsync(ChangeId change, params string[] addresses)
    {
        await stack.UntilAppliedAsync(change);
        foreach (var port in stack.SecondaryPorts)
            Assert.Equal(addresses, await Dig.ShortAsync(port, AccessName.For(_domain, DnsFixture.Zone), "A"));
    }
}
