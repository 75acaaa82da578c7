using Cirrus.Core.Acme;
using Cirrus.Workers.Acme;

namespace Cirrus.Tests.Workers.Acme;

public class AcmeOptionsTests
{
    private static readonly AuthorityOptions Good = new() { Name = "letsencrypt", Directory = new Uri("https://ca.test/directory") };

    [Fact]
    public void What_is_right_is_accepted()
    {
        Assert.Empty(Problems(new AcmeOptions()));
        Assert.Empty(Problems(new AcmeOptions { Authorities = [Good], Resolver = "127.0.0.1:53", RenewalScan = "*/10 * * * * *" }));
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_key()
    {
        AssertProblem("Acme:Resolver", new AcmeOptions { Resolver = "127.0.0.1" });
        AssertProblem("Acme:RenewalScan", new AcmeOptions { RenewalScan = "hourly" });
        AssertProblem("Acme:Authorities:0:Name", With(name: "Let's Encrypt"));
        AssertProblem("Acme:Authorities:1:Name", new AcmeOptions { Authorities = [Good, Good] });
        AssertProblem("Acme:Authorities:0:Directory", With(directory: "http://ca.test/directory"));
        AssertProblem("Acme:Authorities:0:CaBundle", With(caBundle: "/nowhere/ca.pem"));
        AssertProblem("Acme:Authorities:0:EabKeyId", With(eabKeyId: "kid-1"));
        AssertProblem("Acme:Authorities:0:EabHmacKey", With(eabKeyId: "kid-1", eabHmacKey: "not base64!"));
        AssertProblem("Acme:Authorities:0:Contact", With(contact: "nobody"));
        AssertProblem("Acme:Authorities:0:Limits:Orders", With(limits: new OrderLimits { Orders = -1 }));
    }

    private static AcmeOptions With(
        string name = "ca", string directory = "https://ca.test/directory", string? caBundle = null, string? eabKeyId = null, string? eabHmacKey = null,
        string? contact = null, OrderLimits? limits = null) => new()
        {
            Authorities =
        [
            new AuthorityOptions
            {
                Name = name,
                Directory = new Uri(directory),
                CaBundle = caBundle,
                EabKeyId = eabKeyId,
                EabHmacKey = eabHmacKey,
                Contact = contact,
                Limits = limits ?? new OrderLimits(),
            },
        ],
        };

    private static void AssertProblem(string key, AcmeOptions options)
    {
        var problem = Assert.Single(Problems(options));
        Assert.StartsWith(key + " ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("not base64!", problem, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Problems(AcmeOptions options) => new AcmeOptionsValidator().Validate(null, options).Failures ?? [];
}
