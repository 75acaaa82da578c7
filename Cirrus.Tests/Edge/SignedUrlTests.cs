using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Tests.Edge;

/// <summary>URLs signed as docs/edge.md says.</summary>
[Collection(EdgeGroup.Name)]
public sealed class SignedUrlTests(EdgeFixture fixture)
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Next = RandomNumberGenerator.GetBytes(16);

    private static long Soon => DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60;

    [Fact]
    public async Task A_signed_URL_is_served_from_one_object_whoever_signed_it_and_the_origin_sees_no_signature()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);

        var first = await fixture.Edge.GetAsync(domain, Signed(domain, "/s/a?b=1", Soon));
        var rotated = await fixture.Edge.GetAsync(domain, Signed(domain, "/s/a?b=1", Soon + 1, Next, "next"));
        var prefix = await fixture.Edge.GetAsync(domain, SignedPrefix(domain, "/s/a?b=1", "/s/", Soon));
        var head = await fixture.Edge.GetAsync(domain, Signed(domain, "/s/a?b=1", Soon), HttpMethod.Head);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.True(rotated.IsHit && prefix.IsHit && head.IsHit, $"{rotated} {prefix} {head}");
        Assert.Equal(["/s/a?b=1"], origin.Targets);
    }

    [Fact]
    public async Task What_is_not_signed_expired_or_signed_for_something_else_is_refused_and_told_why()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);
        var other = await AddAsync(origin);
        var good = Signed(domain, "/s/a?b=1", Soon);
        var signature = good[(good.LastIndexOf('=') + 1)..];

        await RefusedAsync(domain, "/s/a", "The URL is not signed.");
        await RefusedAsync(domain, "/%73/a", "The URL is not signed.");
        await RefusedAsync(domain, "/x/../s/a", "The URL is not signed.");
        await RefusedAsync(domain, Signed(domain, "/s/a", Soon - 120), "The URL has expired.");
        await RefusedAsync(domain, SignedPrefix(domain, "/s/other", "/s/a/", Soon), "The URL's signature is for another path.");
        foreach (var escaping in (string[])["/s/a/..%2Fother", "/s/a/..%5cother", "/s/a/..;/other", "/s/a/%2e%2e%2fother", "/s/a/x/..%2f..%2fother"])
            await RefusedAsync(domain, SignedPrefix(domain, escaping, "/s/a/", Soon), "The URL's signature is for another path.");
        string[] forged =
        [
            good.Replace("/s/a", "/s/b", StringComparison.Ordinal), good.Replace("b=1", "b=2", StringComparison.Ordinal), good + "&c=1",
            good + "&cirrus-prefix=/", good + "&cirrus-expires=9999999999", good.Replace(signature, signature[1..], StringComparison.Ordinal),
            good.Replace(signature, "", StringComparison.Ordinal) + "x", good.Replace("cirrus-key=first", "cirrus-key=next", StringComparison.Ordinal),
            good.Replace("cirrus-key=first", "cirrus-key=none", StringComparison.Ordinal), Signed(other, "/s/a?b=1", Soon),
            Signed(domain, "/s/a?b=1", Soon, RandomNumberGenerator.GetBytes(32)), Signed(domain, "/s/a", Soon, [], "empty"),
        ];
        foreach (var url in forged)
            await RefusedAsync(domain, url, "The URL's signature is wrong.");
        Assert.Equal(0, origin.Requests);
    }

    [Fact]
    public async Task A_path_that_an_origin_may_take_for_one_of_other_keys_must_be_signed_by_those_too()
    {
        await using var origin = await OriginServer.StartAsync();
        object[] Only(string id, byte[] key) => [new { id, secret = Convert.ToBase64String(key) }];
        object[] guards = [new { path = "/s/a/", keys = Only("first", Key) }, new { path = "/s/b/", keys = Only("next", Next) }];
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: new { access = new { signedUrls = guards } });

        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, Signed(domain, "/s/a/x%2Fy", Soon))).Status);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, Signed(domain, "/s/b/x", Soon, Next, "next"))).Status);
        foreach (var target in (string[])["/s/a/..%2Fb/x", "/s/b/..%2Fa/x"])
        {
            await RefusedAsync(domain, Signed(domain, target, Soon), "The URL's signature is wrong.");
            await RefusedAsync(domain, Signed(domain, target, Soon, Next, "next"), "The URL's signature is wrong.");
        }
    }

    [Fact]
    public async Task Other_paths_need_no_signature_and_keep_their_parameters()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);

        var answer = await fixture.Edge.GetAsync(domain, "/a?cirrus-expires=1");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["/a?cirrus-expires=1"], origin.Targets);
    }

    [Theory]
    [InlineData("/s%2Fa.pdf")]
    [InlineData("/s%2F%0Aa.pdf")]
    [InlineData("/s%2Fa%0A.pdf")]
    public async Task An_expression_guards_what_an_origin_may_decode(string path)
    {
        var domain = await fixture.AddDomainAsync(members: new { access = new { signedUrls = new object[] { new { path = @"^/s/.*\.pdf$", keys = Keys } } } });

        await RefusedAsync(domain, path, "The URL is not signed.");
    }

    [Fact]
    public async Task An_expression_that_can_not_be_used_opens_nothing()
    {
        var domain = await fixture.AddDomainAsync(members: new { access = new { signedUrls = new object[] { new { path = "(", keys = Keys } } } });

        await RefusedAsync(domain, "/a", "The URL is not signed.");
    }

    // The test vectors of docs/edge.md, made by openssl.
    [Theory]
    [InlineData("/private/report.pdf?version=2&cirrus-expires=4102444800&cirrus-key=2026&cirrus-signature=126534e7be71418b91d121ef2e4d260cad9332a56ac2024c4e3da4d7dd8443e0")]
    [InlineData("/private/a/b.ts?cirrus-prefix=/private/a/&cirrus-expires=4102444800&cirrus-key=2026&cirrus-signature=10780b2018254e5b12c4969cf5c4b9b3bf52e98cd1acb5fcd9b8f576c3630c72")]
    public async Task The_documented_examples_are_good(string path)
    {
        const string Host = "www.example.test";
        var keys = new object[] { new { id = "2026", secret = "MDEyMzQ1Njc4OWFiY2RlZg==" } };
        await fixture.AddDomainAsync(Host, members: new { access = new { signedUrls = new object[] { new { path = "/private/", keys } } } });

        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(Host, path)).Status);
    }

    private static object[] Keys =>
    [
        new { id = "first", secret = Convert.ToBase64String(Key) }, new { id = "next", secret = Convert.ToBase64String(Next) },
        new { id = "empty", secret = "" },
    ];

    private Task<string> AddAsync(OriginServer origin) => fixture.AddDomainAsync(
        origins: [ControlPlane.Origin(origin.Port)], members: new { access = new { signedUrls = new object[] { new { path = "/s/", keys = Keys } } } });

    private async Task RefusedAsync(string domain, string path, string reason)
    {
        var answer = await fixture.Edge.GetAsync(domain, path);
        Assert.True(answer.Status == HttpStatusCode.Forbidden, $"{path}: {answer.Status}");
        Assert.Equal($"Cirrus edge: 403. {reason}\n", answer.Body);
    }

    private static string Signed(string host, string target, long expires, byte[]? key = null, string id = "first") =>
        $"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cirrus-expires={expires}&cirrus-key={id}" +
        $"&cirrus-signature={Sign(host, expires, $"uri {target}", key ?? Key)}";

    private static string SignedPrefix(string host, string target, string prefix, long expires) =>
        $"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cirrus-prefix={Uri.EscapeDataString(prefix)}&cirrus-expires={expires}" +
        $"&cirrus-key=first&cirrus-signature={Sign(host, expires, $"prefix {prefix}", Key)}";

    private static string Sign(string host, long expires, string scope, byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"cirrus-v1\n{host}\n{expires}\n{scope}")));
}
