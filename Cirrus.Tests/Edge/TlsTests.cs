using System.Net;
using System.Security.Authentication;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class TlsTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_domain_is_served_with_its_certificate(SslProtocols protocol)
    {
        var domain = await fixture.AddDomainAsync();
        var thumbprint = await fixture.AddCertificateAsync(domain);

        using var shown = await fixture.Edge.HandshakeAsync(domain, protocol);
        var answer = await fixture.Edge.GetSecurelyAsync(domain, "/a");

        Assert.Equal(thumbprint, shown.Thumbprint);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.StartsWith($"{fixture.Origin.Port} ", answer.Body, StringComparison.Ordinal);
        Assert.Contains(fixture.Origin.Headers, h => h["X-Forwarded-Proto"] == "https");
    }

    [Fact]
    public async Task Http_2_is_spoken_with_those_who_ask_for_it()
    {
        var domain = await fixture.AddSecureDomainAsync();

        var answer = await fixture.Edge.GetSecurelyAsync(domain, "/a", with: request =>
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        });

        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task The_exact_name_wins_over_the_wildcard_which_is_for_one_label()
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddDomainAsync($"*.{parent}");
        await fixture.AddDomainAsync($"www.{parent}");
        var wildcard = await fixture.AddCertificateAsync($"*.{parent}");
        var exact = await fixture.AddCertificateAsync($"www.{parent}");

        using var ofWww = await fixture.Edge.HandshakeAsync($"www.{parent}");
        using var ofOther = await fixture.Edge.HandshakeAsync($"OTHER.{parent}");

        Assert.Equal(exact, ofWww.Thumbprint);
        Assert.Equal(wildcard, ofOther.Thumbprint);
        await RefusedAsync(parent);
        await RefusedAsync($"a.b.{parent}");
    }

    [Fact]
    public async Task A_domain_without_certificate_under_a_wildcard_with_one_is_served_with_that()
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddDomainAsync($"*.{parent}");
        await fixture.AddDomainAsync($"www.{parent}");
        var wildcard = await fixture.AddCertificateAsync($"*.{parent}");

        using var shown = await fixture.Edge.HandshakeAsync($"www.{parent}");

        Assert.Equal(wildcard, shown.Thumbprint);
    }

    // A server name has no dot at its end (RFC 6066, section 3); a label may be anything that DNS has.
    [Fact]
    public async Task A_server_name_with_a_dot_at_its_end_is_refused_and_odd_labels_are_under_the_wildcard()
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddSecureDomainAsync($"*.{parent}");

        await RefusedAsync($"www.{parent}.");
        await RefusedAsync($"a..{parent}");
        await RefusedAsync($"a'b.{parent}");
        foreach (var label in (string[])["_a", "x-", "WWW"])
        {
            using var shown = await fixture.Edge.HandshakeAsync($"{label}.{parent}");
            Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetSecurelyAsync($"{label}.{parent}", "/a")).Status);
        }
    }

    [Fact]
    public async Task An_unknown_name_or_none_ends_the_handshake_and_is_counted()
    {
        var domain = await fixture.AddDomainAsync();
        var before = await RefusalsAsync();

        await RefusedAsync(domain);
        await RefusedAsync(EdgeFixture.NewName());
        // An address is no server name, so none is sent.
        await RefusedAsync("127.0.0.1");

        await Wait.UntilAsync("three handshakes are counted", async () => await RefusalsAsync() >= before + 3);
    }

    [Fact]
    public async Task Older_protocols_than_tls_1_2_are_refused()
    {
        var domain = await fixture.AddSecureDomainAsync();

        var output = await OpenSsl.ConnectAsync(fixture.Edge.HttpsPort, domain, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");

        Assert.Contains("alert protocol version", output, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string name) =>
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => fixture.Edge.HandshakeAsync(name));

    private async Task<int> RefusalsAsync()
    {
        const string Sample = "nginx_ssl_handshake_errors_total{phase=\"server_name\"} ";
        var lines = (await fixture.Edge.MetricsAsync()).Split('\n');
        var line = Array.Find(lines, l => l.StartsWith(Sample, StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line[Sample.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
