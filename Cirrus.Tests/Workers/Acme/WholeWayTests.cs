using System.Security.Cryptography.X509Certificates;
using Cirrus.Core.Acme;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Cirrus.Tests.Dns;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>With everything that is there in earnest: Cirrus.Dns, its secondaries, a resolver that follows the customer's CNAME, an authority that asks it.</summary>
public sealed class WholeWayTests(DnsFixture dns) : IClassFixture<DnsFixture>
{
    [Fact]
    public async Task A_certificate_comes_over_the_customers_CNAME_our_zone_and_its_secondaries()
    {
        await using var resolver = await Unbound.StartAsync(DnsFixture.Zone, dns.SecondaryPorts);
        await using var pebble = await Pebble.StartAsync(resolver.Address);
        await using var worker = await AcmeWorker.StartAsync(dns.Connection, new Dictionary<string, string?>
        {
            ["Zone__Name"] = DnsFixture.Zone,
            ["Acme__Authorities__0__Name"] = "pebble",
            ["Acme__Authorities__0__Directory"] = pebble.Directory.ToString(),
            ["Acme__Authorities__0__CaBundle"] = pebble.CaBundle,
            ["Acme__Authorities__0__TermsOfServiceAgreed"] = "true",
            ["Acme__Resolver"] = resolver.Address,
        });
        const string parent = "shop.test";
        await resolver.AddCnameAsync($"_acme-challenge.{parent}", $"{AccessName.Challenge(parent)}.{DnsFixture.Zone}");
        var domain = new CdnDomain
        {
            Name = $"*.{parent}",
            Origins = [new Origin("http", "127.0.0.1", 9000)],
            CacheEnable = true,
            Tls = new DomainTls { Certificate = CertificateOrigin.Acme, KeyType = CertificateKeyType.Rsa2048, AlternativeNames = [parent] },
            Revision = 1,
        };
        Assert.True((await dns.Domains.PutAsync(domain, new Actor("test"))).Accepted);

        var statuses = new AcmeStatusStore(dns.Connection);
        await Wait.UntilAsync("the certificate is issued", async () =>
        {
            var status = await statuses.FindAsync(domain.Name);
            Assert.True(status?.Phase != AcmePhase.Failed, $"{status}\n{worker.Output}");
            return status?.Phase == AcmePhase.Issued;
        });
        var (chain, key) = (await new CertificateStore(dns.Connection, KeySealing.Parse(null)).FindWithKeyAsync(domain.Name))!.Value;
        using var leaf = X509Certificate2.CreateFromPem(chain, key);
        Assert.True(leaf.MatchesHostname(parent) && leaf.MatchesHostname($"www.{parent}"));
        Assert.Equal(2048, leaf.GetRSAPublicKey()!.KeySize);

        using var roots = new X509Chain();
        roots.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        roots.ChainPolicy.CustomTrustStore.ImportFromPem(await pebble.RootAsync());
        roots.ChainPolicy.ExtraStore.ImportFromPem(chain);
        roots.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        Assert.True(roots.Build(leaf));
    }
}
