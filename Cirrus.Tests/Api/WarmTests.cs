using System.Net;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class WarmTests(ApiServer api)
{
    [Fact]
    public async Task A_list_is_a_change_with_its_urls_and_is_shown_while_it_is_kept()
    {
        var domain = await DomainAsync();
        var response = await api.Client.PostJsonAsync($"/api/v1/domains/{domain}/warm", $$"""{"urls":["/a","https://{{domain}}/b?c","/a"]}""");
        var accepted = await response.ReadAsync(HttpStatusCode.Accepted);

        Assert.Equal((response.Change(), 2), ((string?)accepted["id"], (int?)accepted["urls"]));
        var receipt = await (await api.Client.GetAsync((string)accepted["receipt"]!)).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((ChangeTypes.Warm, domain), ((string?)receipt["type"], (string?)receipt["key"]));
        var shown = await (await api.Client.GetAsync(response.Headers.Location)).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(["/a", $"https://{domain}/b?c"], shown["urls"]!.AsArray().Select(u => (string?)u));
        Assert.NotNull(await api.Redis.KeyTimeToLiveAsync(RedisKeys.Warm(response.Change())));
    }

    [Theory]
    [InlineData("{}", "urls")]
    [InlineData("""{"urls":[]}""", "urls")]
    [InlineData("""{"urls":["/ok","relative"]}""", "urls[1]")]
    [InlineData("""{"urls":["https://elsewhere.test/"]}""", "urls[0]")]
    [InlineData("""{"urls":["/with space"]}""", "urls[0]")]
    public async Task Bad_input_names_the_field(string body, string field)
    {
        var domain = await DomainAsync();
        Assert.Equal([field], await (await api.Client.PostJsonAsync($"/api/v1/domains/{domain}/warm", body)).InvalidFieldsAsync());
    }

    [Fact]
    public async Task Paths_of_a_wildcard_are_nobodys_and_an_unknown_domain_has_none()
    {
        var parent = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain($"*.{parent}"))).ReadAsync(HttpStatusCode.Created);
        Assert.Equal(["urls[0]"], await (await api.Client.PostJsonAsync($"/api/v1/domains/*.{parent}/warm", """{"urls":["/a"]}""")).InvalidFieldsAsync());
        await (await api.Client.PostJsonAsync($"/api/v1/domains/{Answers.FreshDomain()}/warm", """{"urls":["/a"]}""")).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.GetAsync("/api/v1/warm/1-1")).ReadAsync(HttpStatusCode.NotFound);
    }

    private async Task<string> DomainAsync()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        return name;
    }
}
