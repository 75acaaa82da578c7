using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class ExplainTests(ApiServer api) : IAsyncLifetime
{
    private const string Note = """
        {"node":"NODE","applied":"7-0","asksOrigin":false,"status":200,"cacheStatus":"NODE; hit; ttl=5","cache":"CACHE","policy":"origin","uri":"/a",
         "key":"g 1-0 http h /a","age":3,"tags":["news"],"fetchedUnder":"6-0","rule":{"index":1,"path":"/a"},
         "epochs":{"key":"1-0","everything":"1-0","url":"1-0"},"origins":[{"url":"http://o:80","weight":1,"healthy":true}]}
        """;

    // Where a node listens is the same port at all of them.
    private const int StatusPort = 9145;
    private static int _lastAddress;

    private readonly string _id = $"explaining-{Guid.NewGuid():n}";
    private readonly string _address = $"127.0.77.{Interlocked.Increment(ref _lastAddress)}";
    private WebApplication _node = null!;
    private string _asked = "";
    private string _cache = "HIT";

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(_address), StatusPort));
        _node = builder.Build();
        _node.Run(async context =>
        {
            _asked = $"{context.Request.Path}{context.Request.QueryString}";
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(context.Request.Path == "/warm"
                ? """{"urls":2,"stored":1,"cached":1,"notStored":0,"failed":0,"done":true}"""
                : Note.Replace("NODE", _id, StringComparison.Ordinal).Replace("CACHE", _cache, StringComparison.Ordinal));
        });
        await _node.StartAsync();
        await (await api.Client.PutJsonAsync($"/api/v1/nodes/{_id}", $$"""{"addresses":["{{_address}}"]}""")).ReadAsync(HttpStatusCode.Created);
    }

    public async Task DisposeAsync()
    {
        await api.Client.DeleteAsync(new Uri($"/api/v1/nodes/{_id}", UriKind.Relative));
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_node_is_asked_as_it_listens_and_what_it_says_is_shown()
    {
        var domain = await DomainAsync();

        var shown = await ExplainAsync(domain, $"url=/a%3Fb%3D1&method=HEAD&header=X-A:%201&header=Cookie:%20c%3Dd&node={_id}");

        Assert.Equal($"/explain?method=HEAD&scheme=http&host={domain}&uri=%2Fa%3Fb%3D1&header=X-A%3A%201&header=Cookie%3A%20c%3Dd", _asked);
        Assert.Equal(($"http://{domain}/a?b=1", "HEAD"), ((string?)shown["url"], (string?)shown["method"]));
        var edge = shown["edge"]!;
        Assert.Equal((_id, "cache", 200, "news"), ((string?)edge["node"], (string?)edge["answer"], (int?)edge["status"], (string?)edge["tags"]![0]));
        Assert.Equal((1, "1-0", true), ((int?)edge["rule"]!["index"], (string?)edge["epochs"]!["key"], (bool?)edge["origins"]![0]!["healthy"]));
    }

    [Fact]
    public async Task An_object_that_is_stale_means_that_an_origin_is_asked()
    {
        _cache = "STALE";
        var edge = (await ExplainAsync(await DomainAsync(), $"url=/a&node={_id}"))["edge"]!;
        Assert.Equal(("origin", null), ((string?)edge["answer"], (int?)edge["status"]));
    }

    [Theory]
    [InlineData("", "url")]
    [InlineData("url=relative", "url")]
    [InlineData("url=https://elsewhere.test/", "url")]
    [InlineData("url=/a&method=get", "method")]
    [InlineData("url=/a&header=nonsense", "header")]
    [InlineData("url=/a&header=A:%0D%0AB:", "header")]
    [InlineData("url=/a&node=nobody", "node")]
    [InlineData("url=relative&method=x&node=nobody", "method node url")]
    public async Task Bad_parameters_are_named(string query, string names)
    {
        var response = await api.Client.GetAsync(new Uri($"/api/v1/domains/{await DomainAsync()}/explain?{query}", UriKind.Relative));
        Assert.Equal(names.Split(' '), await response.InvalidFieldsAsync());
    }

    [Fact]
    public async Task A_node_that_does_not_answer_leaves_what_the_api_knows()
    {
        await _node.StopAsync();
        var shown = await ExplainAsync(await DomainAsync(), $"url=/a&node={_id}");
        Assert.Null(shown["edge"]);
        Assert.Equal($"{_id} does not answer.", (string?)shown["problem"]);
    }

    [Fact]
    public async Task How_far_a_node_is_with_a_warm_list_is_asked_of_it()
    {
        var domain = await DomainAsync();
        var accepted = await (await api.Client.PostJsonAsync($"/api/v1/domains/{domain}/warm", """{"urls":["/a","/b"]}""")).ReadAsync(HttpStatusCode.Accepted);
        var list = await (await api.Client.GetAsync((string)accepted["self"]!)).ReadAsync(HttpStatusCode.OK);

        var node = Assert.Single(list["nodes"]!.AsArray(), n => (string?)n!["id"] == _id)!;
        Assert.Equal($"/warm?id={(string?)accepted["id"]}", _asked);
        Assert.Equal((2, 1, true), ((int?)node["progress"]!["urls"], (int?)node["progress"]!["cached"], (bool?)node["progress"]!["done"]));
    }

    private async Task<JsonNode> ExplainAsync(string domain, string query) =>
        await (await api.Client.GetAsync(new Uri($"/api/v1/domains/{domain}/explain?{query}", UriKind.Relative))).ReadAsync(HttpStatusCode.OK);

    private async Task<string> DomainAsync()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        return name;
    }
}
