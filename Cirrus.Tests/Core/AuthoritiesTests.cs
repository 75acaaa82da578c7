using Cirrus.Core.Domains;
using Cirrus.Core.Steering;

namespace Cirrus.Tests.Core;

public sealed class AuthoritiesTests
{
    private static readonly CaaRecord Ours = new() { Value = "letsencrypt.org" };

    [Fact]
    public void Names_have_CAA_records_only_where_somebody_asked_for_them()
    {
        var (silent, speaking) = (new ZoneOptions(), new ZoneOptions { Caa = [Ours] });
        var (acme, own) = (new DomainTls { Certificate = CertificateOrigin.Acme }, new DomainTls { Certificate = CertificateOrigin.Own });
        Assert.Equal("", Authorities.Of(acme, silent));
        Assert.Equal("0 issue letsencrypt.org", Authorities.Of(acme, speaking));
        // Where the customer's own certificates come from is not for the zone to say.
        Assert.Equal("", Authorities.Of(own, speaking));
        Assert.Equal("", Authorities.Of(null, speaking));
        // The document's own count, none of them too.
        Assert.Equal("", Authorities.Of(acme with { Caa = [] }, speaking));
        Assert.Equal("0 issuewild ;", Authorities.Of(own with { Caa = [new CaaRecord { Tag = "issuewild", Value = ";" }] }, speaking));
    }

    [Fact]
    public void The_order_means_nothing_and_data_is_flags_tag_and_value()
    {
        var critical = new CaaRecord { Tag = "iodef", Value = "mailto:a@b.test", Critical = true };
        var text = Authorities.Of(new DomainTls { Caa = [Ours, critical, Ours] }, new ZoneOptions());
        Assert.Equal(text, Authorities.Of(new DomainTls { Caa = [critical, Ours] }, new ZoneOptions()));
        Assert.Equal([[0, 5, .. "issueletsencrypt.org"u8], [128, 5, .. "iodefmailto:a@b.test"u8]], Authorities.DataOf(text));
    }

    [Theory]
    [InlineData("issue", "letsencrypt.org", null)]
    [InlineData("issue", "ca.example.net; account=230123; policy=ev", null)]
    [InlineData("issue", "letsencrypt.org;validationmethods=dns-01", null)]
    [InlineData("issue", ";", null)]
    [InlineData("issuewild", "ca.test", null)]
    [InlineData("iodef", "mailto:security@example.com", null)]
    [InlineData("iodef", "https://iodef.example.com/", null)]
    [InlineData("iodef", "security@example.com", "Value")]
    [InlineData("issue", "", "Value")]
    [InlineData("issue", "Let's Encrypt", "Value")]
    [InlineData("issue", "letsencrypt.org.", "Value")]
    [InlineData("issue", "a.test;\"", "Value")]
    [InlineData("issue", "a.test\n0 issue b.test", "Value")]
    [InlineData("issuemail", "a.test", "Tag")]
    public void What_no_authority_would_understand_is_refused(string tag, string value, string? member) =>
        Assert.Equal(member, CaaRecord.Problem(tag, value)?.Member);
}
