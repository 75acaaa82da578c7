using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Edge;

/// <summary>What no control plane writes harms nobody but whom it is about.</summary>
[Collection(EdgeGroup.Name)]
public sealed partial class BadStateTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData("5", HttpStatusCode.NotFound)]
    [InlineData("null", HttpStatusCode.NotFound)]
    [InlineData("{", HttpStatusCode.NotFound)]
    [InlineData("""{"origins":"x"}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"rules":[{"ttl":1}]}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"cache":{"ttl":"x","key":5}}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"originPolicy":{"health":{"interval":"1s"}}}""", HttpStatusCode.ServiceUnavailable)]
    [InlineData("""{"maintenance":{"enabled":true,"body":[]}}""", HttpStatusCode.ServiceUnavailable)]
    public async Task A_document_that_cant_be_used_is_its_own_domains_matter(string document, HttpStatusCode status)
    {
        var good = await fixture.AddDomainAsync();
        var bad = EdgeFixture.NewName();

        await fixture.Edge.AppliedAsync(await fixture.Control.PutDocumentAsync(bad, document));

        Assert.Equal(status, (await fixture.Edge.GetAsync(bad, "/a")).Status);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(good, "/a")).Status);
        await fixture.AddDomainAsync(bad);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(bad, "/a")).Status);
    }

    [Theory]
    [InlineData("cdn:dom:")]
    [InlineData("cdn:epochs:")]
    [InlineData("cdn:cert:")]
    public async Task A_key_of_another_type_leaves_its_domain_as_it_was_and_the_node_goes_on(string prefix)
    {
        var (bad, fresh) = (await fixture.AddDomainAsync(), EdgeFixture.NewName());
        await fixture.CacheAsync(bad, "/a");

        await fixture.Control.SpoilAsync(prefix + bad);
        await fixture.Control.AppendAsync(prefix == "cdn:cert:" ? "cert-put" : "domain-put", bad);
        await fixture.AddDomainAsync(fresh);

        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(fresh, "/a")).Status);
        Assert.Contains("; hit", (await fixture.Edge.GetAsync(bad, "/a")).CacheStatus, StringComparison.Ordinal);
        await fixture.Edge.AppliedAsync(
            await fixture.Control.AddAsync(new("type", "purge"), new("key", bad), new("data", """{"kind":"everything"}""")));
        Assert.Contains("; fwd=uri-miss", (await fixture.Edge.GetAsync(bad, "/a")).CacheStatus, StringComparison.Ordinal);
        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteDomainAsync(bad));
    }

    [Fact]
    public async Task A_nodes_key_of_another_type_keeps_nobody_from_the_log()
    {
        await fixture.Control.PutNodeAsync("spoilt", "127.0.0.9");
        await fixture.Control.SpoilAsync("cdn:node:spoilt");
        await fixture.Edge.AppliedAsync(await fixture.Control.AppendAsync("node-put", "spoilt"));
        var since = Stopwatch.StartNew();

        // The nodes have been read by then, with the answers to all that was asked meanwhile.
        await Wait.UntilAsync(
            "the log is followed", async () => since.Elapsed.TotalSeconds - await LagAsync() > 1);

        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteNodeAsync("spoilt"));
    }

    [Fact]
    public async Task An_entry_of_the_log_that_makes_no_sense_is_passed_over()
    {
        var domain = await fixture.AddDomainAsync();
        NameValueEntry[][] entries =
        [
            [new("type", "domain-put")],
            [new("type", "purge"), new("data", """{"kind":"everything"}""")],
            [new("type", "cert-delete")],
            [new("type", "warm"), new("key", domain), new("data", """{"urls":5}""")],
            [new("type", "warm"), new("data", """{"urls":["/a"]}""")],
            [new("x", "y")],
        ];
        foreach (var entry in entries)
            await fixture.Edge.AppliedAsync(await fixture.Control.AddAsync(entry));

        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);
    }

    // Since the node last knew all there was to know, in seconds.
    private async Task<double> LagAsync() =>
        double.Parse(LagMetric().Match(await fixture.Edge.MetricsAsync()).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^cirrus_edge_log_lag_seconds (.+)$", RegexOptions.Multiline)]
    private static partial Regex LagMetric();
}
