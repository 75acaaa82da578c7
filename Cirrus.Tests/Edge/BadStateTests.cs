using System.Net;
using StackExchange.Redis;

namespace Cirrus.Tests.Edge;

/// <summary>What no control plane writes harms nobody but whom it is about.</summary>
[Collection(EdgeGroup.Name)]
public sealed class BadStateTests(EdgeFixture fixture)
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
}
