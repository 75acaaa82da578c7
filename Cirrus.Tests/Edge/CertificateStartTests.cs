using System.Net;
using System.Security.Authentication;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>Where certificates are, and are not, when a node starts and ends.</summary>
public sealed class CertificateStartTests : OwnEdgeTests
{
    [Fact]
    public async Task A_restarted_node_has_its_certificates_from_the_first_handshake_on()
    {
        var domain = await Fixture.AddDomainAsync();
        var thumbprint = await Fixture.AddCertificateAsync(domain);

        await Edge.StopAsync();
        await Edge.StartAsync();
        using var shown = await Edge.HandshakeAsync(domain);

        Assert.Equal(thumbprint, shown.Thumbprint);
    }

    [Fact]
    public async Task Restarted_without_redis_it_serves_plain_http_and_claims_no_change_until_it_has_its_certificates()
    {
        var domain = await Fixture.AddSecureDomainAsync(tls: new { redirect = true });
        var before = await Edge.StatusAsync();

        await Redis.KillAsync();
        await Edge.StopAsync();
        await Edge.StartAsync();
        await Wait.UntilAsync("the node has looked for Redis", async () => (await Edge.StatusAsync()).Redis == "down");
        var plain = await Edge.GetAsync(domain, "/a");
        await RefusedAsync(domain);
        var without = await Edge.StatusAsync("?after=0-0&timeout=0.2");
        await Redis.RestartAsync();
        await Edge.AppliedAsync(before.Applied!);

        Assert.Equal(HttpStatusCode.OK, plain.Status);
        Assert.Null(without.Applied);
        Assert.Equal("unavailable", without.Tls);
        Assert.True(without.Ready);
        using var shown = await Edge.HandshakeAsync(domain);
        Assert.Equal("available", (await Edge.StatusAsync()).Tls);
    }

    [Fact]
    public async Task Changes_made_while_it_was_away_are_there_when_it_says_so()
    {
        var (replaced, removed, added) = (await Fixture.AddSecureDomainAsync(), await Fixture.AddSecureDomainAsync(), await Fixture.AddDomainAsync());
        await Edge.StopAsync();
        var (fullchain, key) = TestCertificate.Make([replaced]);
        await Control.PutCertificateAsync(replaced, fullchain, key);
        await Control.DeleteCertificateAsync(removed);
        var of = TestCertificate.Make([added]);
        var change = await Control.PutCertificateAsync(added, of.Fullchain, of.Key);

        await Edge.StartAsync();
        await Edge.AppliedAsync(change);

        using var first = await Edge.HandshakeAsync(replaced);
        Assert.Equal(System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(fullchain).Thumbprint, first.Thumbprint);
        using var second = await Edge.HandshakeAsync(added);
        await RefusedAsync(removed);
    }

    [Fact]
    public async Task A_gap_in_the_log_loses_no_certificate_and_keeps_none_that_is_gone()
    {
        var (kept, gone) = (await Fixture.AddSecureDomainAsync(), await Fixture.AddSecureDomainAsync());
        await Control.DeleteDomainAsync(gone);
        await Control.PurgeAndTrimAsync(kept);
        await Edge.AppliedAsync(await Control.AppendAsync("node-put", "edge-9"));

        using var shown = await Edge.HandshakeAsync(kept);
        await RefusedAsync(gone);
        Assert.Equal(1, (await Edge.StatusAsync()).Certificates);
    }

    [Fact]
    public async Task Without_redis_a_running_node_goes_on_shaking_hands()
    {
        var domain = await Fixture.AddSecureDomainAsync();

        await Redis.KillAsync();
        await Wait.UntilAsync("the node has noticed", async () => (await Edge.StatusAsync()).Redis == "down");

        using var shown = await Edge.HandshakeAsync(domain);
        Assert.Equal(HttpStatusCode.OK, (await Edge.GetSecurelyAsync(domain, "/a")).Status);
    }

    [Fact]
    public async Task A_private_key_is_in_no_file_of_the_node()
    {
        var domain = await Fixture.AddDomainAsync();
        var (fullchain, key) = TestCertificate.Make([domain]);
        await Edge.AppliedAsync(await Control.PutCertificateAsync(domain, fullchain, key));
        (await Edge.HandshakeAsync(domain)).Dispose();
        await Edge.GetSecurelyAsync(domain, "/a");
        var broken = await Fixture.AddDomainAsync();
        await Edge.AppliedAsync(await Control.PutCertificateAsync(broken, TestCertificate.Make([broken]).Fullchain, key));
        await RefusedAsync(broken);

        await Edge.StopAsync(Signals.Quit);

        var files = Directory.GetFiles(Edge.Data, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".sock", StringComparison.Ordinal)).ToList();
        Assert.Contains(files, f => Path.GetFileName(f) == "snapshot.json");
        var lines = key.Split('\n').Where(l => l.Length > 0 && !l.StartsWith('-')).ToList();
        Assert.NotEmpty(lines);
        Assert.All(files, f => Assert.DoesNotContain(lines, line => File.ReadAllText(f).Contains(line, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_node_without_room_for_all_certificates_says_so_and_serves_the_others()
    {
        var names = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var name = await Fixture.AddDomainAsync();
            await Fixture.AddCertificateAsync(name);
            names.Add(name);
        }
        await using var edge = new EdgeNode(Redis.Port);
        edge.Environment["CIRRUS_EDGE_CERTIFICATES_SIZE"] = "128k";
        await edge.StartAsync();
        await Wait.UntilAsync("the node has read everything", async () => (await edge.StatusAsync()).Applied is not null);

        var status = await edge.StatusAsync();
        Assert.False(status.Ready);
        Assert.InRange(status.Certificates, 1, names.Count - 1);
        await edge.Process.UntilSaysAsync("CIRRUS_EDGE_CERTIFICATES_SIZE is too small");
        Assert.Equal(HttpStatusCode.NotFound, (await edge.GetAsync(EdgeFixture.NewName(), "/a")).Status);
        foreach (var name in names)
            Assert.Equal(HttpStatusCode.OK, (await edge.GetAsync(name, "/a")).Status);

        foreach (var name in names.Skip(1))
            await Control.DeleteDomainAsync(name);
        await Wait.UntilAsync("the node is ready when there is room again", async () => (await edge.StatusAsync()).Ready);
        using var shown = await edge.HandshakeAsync(names[0]);
    }

    private async Task RefusedAsync(string name) =>
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => Edge.HandshakeAsync(name));
}
