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
    public async Task A_purge_is_accepted_and_raises_its_epoch(string body, string field)
    {
        var domain = await DomainAsync();

        var response = await api.Client.PostJsonAsync("/api/v1/purge", body.Replace("DOMAIN", domain, StringComparison.Ordinal));

        var accepted = await response.ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal(response.Change(), (string?)accepted["id"]);
        Assert.Equal(response.Change(), (string?)await api.Redis.HashGetAsync(RedisKeys.Epochs(domain), field));
        Assert.True(await api.Redis.KeyExistsAsync(RedisKeys.Purge(response.Change())));
    }

    [Theory]
    [InlineData("""{"everything":true}""", "domain")]
    [InlineData("""{"domain":"a b.test","everything":true}""", "domain")]
    [InlineData("""{"domain":"DOMAIN"}""", "everything prefixes urls")]
    [InlineData("""{"domain":"DOMAIN","everything":false}""", "everything prefixes urls")]
    [InlineData("""{"domain":"DOMAIN","everything":true,"urls":["/"]}""", "everything prefixes urls")]
    [InlineData("""{"domain":"DOMAIN","urls":[]}""", "urls")]
    [InlineData("""{"domain":"DOMAIN","urls":["relative"]}""", "urls[0]")]
    [InlineData("""{"domain":"DOMAIN","urls":["/ok","//elsewhere.test/x"]}""", "urls[1]")]
    [InlineData("""{"domain":"DOMAIN","urls":["https://elsewhere.test/x"]}""", "urls[0]")]
    [InlineData("""{"domain":"DOMAIN","urls":["/with space"]}""", "urls[0]")]
    [InlineData("""{"domain":"DOMAIN","prefixes":["assets"]}""", "prefixes[0]")]
    [InlineData("""{"domain":"DOMAIN","prefixes":["/a?b"]}""", "prefixes[0]")]
    [InlineData("""{"domain":"DOMAIN","tags":["a"]}""", "tags")]
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

    private async Task<string> DomainAsync()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        return name;
    }
}
