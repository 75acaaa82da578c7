using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>Certificates that come, change, break and go, without a reload.</summary>
[Collection(EdgeGroup.Name)]
public sealed class CertificateChangeTests(EdgeFixture fixture)
{
    [Fact]
    public async Task A_certificate_is_replaced_without_a_reload_and_without_a_failed_handshake()
    {
        var workers = fixture.Edge.Workers();
        var domain = await fixture.AddSecureDomainAsync();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(async _ =>
        {
            var handshakes = 0;
            for (; !stop.IsCancellationRequested; handshakes++)
                (await fixture.Edge.HandshakeAsync(domain)).Dispose();
            return handshakes;
        }).ToList();

        for (var i = 0; i < 20; i++)
        {
            var thumbprint = await fixture.AddCertificateAsync(domain);
            // Whatever worker takes it, and right after the change was applied.
            for (var j = 0; j < 3; j++)
            {
                using var shown = await fixture.Edge.HandshakeAsync(domain);
                Assert.Equal(thumbprint, shown.Thumbprint);
            }
        }
        await stop.CancelAsync();

        Assert.All(await Task.WhenAll(clients), handshakes => Assert.True(handshakes > 0));
        Assert.Equal(workers, fixture.Edge.Workers());
    }

    [Fact]
    public async Task A_removed_certificate_is_shown_no_more()
    {
        var domain = await fixture.AddSecureDomainAsync();
        using var before = await fixture.Edge.HandshakeAsync(domain);

        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteCertificateAsync(domain));

        await RefusedAsync(domain);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);
    }

    [Fact]
    public async Task A_certificate_goes_with_its_domain()
    {
        var domain = await fixture.AddSecureDomainAsync();
        using var before = await fixture.Edge.HandshakeAsync(domain);

        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteDomainAsync(domain));

        await RefusedAsync(domain);
    }

    [Fact]
    public async Task An_open_connection_is_good_no_more_when_its_certificate_was_removed()
    {
        var domain = await fixture.AddSecureDomainAsync();
        using var client = EdgeNode.NewSecureClient();
        var uri = new Uri($"https://{domain}:{fixture.Edge.HttpsPort}/a");

        using var before = await client.GetAsync(uri);
        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteCertificateAsync(domain));
        using var after = await client.GetAsync(uri);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, after.StatusCode);
    }

    [Theory]
    [InlineData("no chain", null)]
    [InlineData(null, "no key")]
    [InlineData(null, "")]
    [InlineData(null, "sealed:v1:0123abcd:AAAA")]
    public async Task A_broken_certificate_is_named_in_the_log_and_harms_its_own_domain_only(string? fullchain, string? key)
    {
        var domain = await fixture.AddDomainAsync();
        var other = await fixture.AddSecureDomainAsync();
        var good = TestCertificate.Make([domain]);

        await fixture.Edge.AppliedAsync(await fixture.Control.PutCertificateAsync(domain, fullchain ?? good.Fullchain, key ?? good.Key));

        await RefusedAsync(domain);
        using var shown = await fixture.Edge.HandshakeAsync(other);
        await fixture.Edge.Process.UntilSaysAsync($"certificate of {domain} can't be used: ");
        await Wait.UntilAsync(
            "the handshake is counted", async () => (await fixture.Edge.MetricsAsync())
                .Contains("nginx_ssl_handshake_errors_total{phase=\"certificate\"} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_not_used_but_the_wildcard_above_is()
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddDomainAsync($"*.{parent}");
        var domain = await fixture.AddDomainAsync($"www.{parent}");
        var wildcard = await fixture.AddCertificateAsync($"*.{parent}");

        await fixture.Edge.AppliedAsync(await fixture.Control.PutCertificateAsync(
            domain, TestCertificate.Make([domain]).Fullchain, TestCertificate.Make([domain]).Key));

        using var shown = await fixture.Edge.HandshakeAsync(domain);
        Assert.Equal(wildcard, shown.Thumbprint);
        await fixture.Edge.Process.UntilSaysAsync($"certificate of {domain} can't be used: the key is not");
    }

    [Fact]
    public async Task Status_and_metrics_count_certificates()
    {
        var before = (await fixture.Edge.StatusAsync()).Certificates;
        var domain = await fixture.AddSecureDomainAsync();
        await fixture.AddCertificateAsync(domain);

        Assert.Equal(before + 1, (await fixture.Edge.StatusAsync()).Certificates);
        Assert.Contains($"cirrus_edge_certificates {before + 1}\n", await fixture.Edge.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_earliest_end_of_a_certificate_is_a_metric()
    {
        var domain = await fixture.AddDomainAsync();
        var soon = DateTimeOffset.UtcNow.AddDays(1);
        var (fullchain, key) = TestCertificate.Make([domain]);
        await fixture.Edge.AppliedAsync(await fixture.Control.PutCertificateAsync(domain, fullchain, key, soon));
        var with = await EarliestAsync();
        await fixture.AddCertificateAsync(domain);
        var without = await EarliestAsync();

        Assert.Equal(soon.ToUnixTimeMilliseconds() / 1000.0, with, tolerance: 0.01);
        Assert.True(without > with);
    }

    private async Task<double> EarliestAsync()
    {
        const string Sample = "cirrus_edge_certificates_earliest_expiry_timestamp_seconds ";
        var lines = (await fixture.Edge.MetricsAsync()).Split('\n');
        return double.Parse(lines.Single(l => l.StartsWith(Sample, StringComparison.Ordinal))[Sample.Length..], CultureInfo.InvariantCulture);
    }

    private async Task RefusedAsync(string name) =>
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => fixture.Edge.HandshakeAsync(name));
}
