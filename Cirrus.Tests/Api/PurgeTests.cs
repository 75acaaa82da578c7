using System.Net;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class PurgeTests(ApiServer api)
{
    [Theory]
    [InlineData("""{"domain":"DOMAIN","everything":true}""", "*")]
    [InlineData("""{"domain":"DOMAIN","prefixes":["/assets/"]}""", "p:/assets/")]
    [InlineData("""{"domain":"DOMAIN","urls":["/a?b=1#top"]}""", "u:/a?b=1")]
    [InlineData("""{"domain":"DOMAIN","urls":["https://DOMAIN/a%20b"]}""", "u:/a%20b")]
    [InlineData("""{"domain":"DOMAIN","urls":["http://DOMAIN:8080?q"]}""", "u:/?q")]
    [InlineData("""{"domain":"DOMAIN","urls":["http://DOMAIN"]}""", "u:/")]
    [InlineData("""{"domain":"DOMAIN","tags":["news","a:b/c"]}""", "t:a:b/c")]
    [InlineData("""{"domain":"DOMAIN","hosts":["DOMAIN"]}""", "h:DOMAIN")]
    [InlineData("""{"domain":"DOMAIN","everything":true,"soft":true}""", "s*")]
    [InlineData("""{"domain":"DOMAIN","tags":["news"],"soft":true}""", "st:news")]
    [InlineData("""{"domain":"DOMAIN","prefixes":["/a"],"soft":false}""", "p:/a")]
    public async Task A_purge_is_accepted_and_raises_its_epoch(string body, string field)
    {
        var domain = await DomainAsync();

        var response = await api.Client.PostJsonAsync("/api/v1/purge", body.Replace("DOMAIN", domain, StringComparison.Ordinal));

        var accepted = await response.ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal(response.Change(), (string?)accepted["id"]);
        Assert.Equal(response.Change(), (string?)await api.Redis.HashGetAsync(RedisKeys.Epochs(domain), field.Replace("DOMAIN", domain, StringComparison.Ordinal)));
        Assert.True(await api.Redis.KeyExistsAsync(RedisKeys.Purge(response.Change())));
    }

    [Theory]
    [InlineData("""{"everything":true}""", "domain")]
    [InlineData("""{"domain":"a b.test","everything":true}""", "domain")]
    [InlineData("""{"domain":"DOMAIN"}""", "everything hosts prefixes tags urls")]
    [InlineData("""{"domain":"DOMAIN","everything":false}""", "everything hosts prefixes tags urls")]
    [InlineData("""{"domain":"DOMAIN","everything":true,"urls":["/"]}""", "everything hosts prefixes tags urls")]
    [InlineData("""{"domain":"DOMAIN","tags":["a"],"hosts":["DOMAIN"]}""", "everything hosts prefixes tags urls")]
    [InlineData("""{"domain":"DOMAIN","tags":[]}""", "tags")]
    [InlineData("""{"domain":"DOMAIN","tags":["ok","two words"]}""", "tags[1]")]
    [InlineData("""{"domain":"DOMAIN","tags":["a,b"]}""", "tags[0]")]
    [InlineData("""{"domain":"DOMAIN","hosts":["other.test"]}""", "hosts[0]")]
    [InlineData("""{"domain":"DOMAIN","hosts":["a b"]}""", "hosts[0]")]
    [InlineData("""{"domain":"DOMAIN","urls":[]}""", "urls")]
    [InlineData("""{"domain":"DOMAIN","urls":["relative"]}""", "urls[0]")]
    [InlineData("""{"domain":"DOMAIN","urls":["/ok","//elsewhere.test/x"]}""", "urls[1]")]
    [InlineData("""{"domain":"DOMAIN","urls":["https://elsewhere.test/x"]}""", "urls[0]")]
    [InlineData("""{"domain":"DOMAIN","urls":["/with space"]}""", "urls[0]")]
    [InlineData("""{"domain":"DOMAIN","prefixes":["assets"]}""", "prefixes[0]")]
    [InlineData("""{"domain":"DOMAIN","prefixes":["/a?b"]}""", "prefixes[0]")]
    [InlineData("""{"domain":"DOMAIN","colours":["a"]}""", "colours")]
    public async Task Bad_input_names_the_field_and_purges_nothing(string body, string fields)
    {
        var domain = await DomainAsync();
        var before = await api.Redis.HashGetAllAsync(RedisKeys.Epochs(domain));

        var response = await api.Client.PostJsonAsync("/api/v1/purge", body.Replace("DOMAIN", domain, StringComparison.Ordinal));

        Assert.Equal(fields.Split(' '), await response.InvalidFieldsAsync());
        Assert.Equal(before, await api.Redis.HashGetAllAsync(RedisKeys.Epochs(domain)));
    }

    [Fact]
    public async Task A_purge_of_an_unknown_domain_is_not_found() => await (await api.Client.PostJsonAsync(
        "/api/v1/purge", $$"""{"domain":"{{Answers.FreshDomain()}}","everything":true}""")).ReadAsync(HttpStatusCode.NotFound);

    [Fact]
    public async Task A_batch_takes_purges_of_several_kinds_and_domains()
    {
        var (one, two) = (await DomainAsync(), await DomainAsync());

        var response = await api.Client.PostJsonAsync(
            "/api/v1/purge/batch",
            $$"""
            {"urls":["https://{{one}}/a"],"soft":true,"purges":[
              {"domain":"{{two}}","tags":["news"]},{"domain":"{{one}}","prefixes":["/p"],"soft":true},{"domain":"{{two}}","everything":true}]}
            """);

        var items = (await response.ReadAsync(HttpStatusCode.Accepted))["items"]!.AsArray();
        Assert.Equal([one, two, one, two], items.Select(i => (string?)i!["domain"]));
        Assert.Equal(response.Change(), (string?)items[^1]!["id"]);
        Assert.Equal((string?)items[0]!["id"], (string?)await api.Redis.HashGetAsync(RedisKeys.Epochs(one), "su:/a"));
        Assert.Equal((string?)items[2]!["id"], (string?)await api.Redis.HashGetAsync(RedisKeys.Epochs(one), "sp:/p"));
        Assert.Equal((string?)items[3]!["id"], (string?)await api.Redis.HashGetAsync(RedisKeys.Epochs(two), "*"));
        var shown = await (await api.Client.GetAsync($"/api/v1/purge/{(string?)items[2]!["id"]}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(("prefix", true), ((string?)shown["kind"], (bool?)shown["soft"]));
    }

    [Theory]
    [InlineData("{}", "purges urls")]
    [InlineData("""{"purges":[]}""", "purges")]
    [InlineData("""{"purges":[null]}""", "purges[0]")]
    [InlineData("""{"purges":[{"domain":"DOMAIN","everything":true},{"domain":"DOMAIN","tags":["a b"]}]}""", "purges[1].tags[0]")]
    [InlineData("""{"purges":[{"domain":"DOMAIN","urls":["https://elsewhere.test/"]}]}""", "purges[0].urls[0]")]
    [InlineData("""{"purges":[{"domain":"DOMAIN","hosts":["elsewhere.test"]}]}""", "purges[0].hosts[0]")]
    [InlineData("""{"purges":[{"everything":true}]}""", "purges[0].domain")]
    public async Task A_batch_that_is_not_right_names_the_field_and_purges_nothing(string body, string fields)
    {
        var domain = await DomainAsync();
        var before = await api.Redis.HashGetAllAsync(RedisKeys.Epochs(domain));

        var response = await api.Client.PostJsonAsync("/api/v1/purge/batch", body.Replace("DOMAIN", domain, StringComparison.Ordinal));

        Assert.Equal(fields.Split(' '), await response.InvalidFieldsAsync());
        Assert.Equal(before, await api.Redis.HashGetAllAsync(RedisKeys.Epochs(domain)));
    }

    [Fact]
    public async Task A_host_of_a_wildcard_is_purged_unless_it_is_a_domain_of_its_own()
    {
        var parent = Answers.FreshDomain();
        foreach (var name in new[] { $"*.{parent}", $"own.{parent}" })
            await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);

        var purged = await api.Client.PostJsonAsync("/api/v1/purge", $$"""{"domain":"*.{{parent}}","hosts":["One.{{parent}}"]}""");
        var refused = await api.Client.PostJsonAsync("/api/v1/purge", $$"""{"domain":"*.{{parent}}","hosts":["own.{{parent}}"]}""");

        Assert.Equal(purged.Change(), (string?)await api.Redis.HashGetAsync(RedisKeys.Epochs($"*.{parent}"), $"h:one.{parent}"));
        Assert.Equal(["hosts[0]"], await refused.InvalidFieldsAsync());
    }

    private async Task<string> DomainAsync()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        return name;
    }
}
