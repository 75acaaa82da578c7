using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Api.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class DomainPreconditionTests(ApiServer api)
{
    [Fact]
    public async Task A_condition_on_a_former_life_does_not_hold_in_this_one()
    {
        var name = Answers.FreshDomain();
        var former = (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).Headers.ETag!.ToString();
        await api.Client.DeleteAsync($"/api/v1/domains/{name}");
        var created = await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name, 7));
        Assert.Equal((HttpStatusCode.Created, "\"2\""), (created.StatusCode, created.Headers.ETag!.ToString()));

        await (await api.Client.PatchDomainAsync(name, """{"cacheEnable":false}""", former)).ReadAsync(HttpStatusCode.PreconditionFailed);
        using var read = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/domains/{name}");
        read.Headers.TryAddWithoutValidation("If-None-Match", former);
        Assert.Equal(HttpStatusCode.OK, (await api.Client.SendAsync(read)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/upstreams")]
    [InlineData("/cache-rules")]
    [InlineData("/headers")]
    public async Task Whoever_knows_the_revision_needs_no_body(string part)
    {
        var path = await CreateAsync() + part;
        var first = await api.Client.GetAsync(path);
        Assert.Equal("\"1\"", first.Headers.ETag?.ToString());

        (string, HttpStatusCode)[] cases =
            [("\"1\"", HttpStatusCode.NotModified), ("W/\"1\", \"7\"", HttpStatusCode.NotModified), ("\"2\"", HttpStatusCode.OK)];
        foreach (var (known, status) in cases)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
            var answer = await api.Client.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal("\"1\"", answer.Headers.ETag?.ToString());
        }
    }

    public static TheoryData<string, string, string?> Writes => new()
    {
        { "PUT", "", """{"origins":[{"scheme":"http","host":"h","port":2}]}""" },
        { "PATCH", "", """{"cacheEnable":false}""" },
        { "PUT", "/upstreams", """{"origins":[{"scheme":"http","host":"h","port":2}]}""" },
        { "PUT", "/cache-rules", """{"cacheEnable":false}""" },
        { "PUT", "/headers", """{"upstreamHeaders":{"X-A":"b"}}""" },
        { "DELETE", "", null },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_based_on_an_old_revision_is_refused_and_one_on_the_current_is_not(string method, string part, string? body)
    {
        var path = await CreateAsync();
        Assert.Equal("\"2\"", (await api.Client.PutJsonAsync(path, Answers.Domain(path[16..], 9001))).Headers.ETag?.ToString());
        var before = await api.Client.GetStringAsync(path);

        var late = await api.Client.SendJsonAsync(new HttpMethod(method), path + part, body, "\"1\"");
        await late.ReadAsync(HttpStatusCode.PreconditionFailed);
        Assert.False(late.Headers.Contains("Cirrus-Change"));
        Assert.Equal(before, await api.Client.GetStringAsync(path));

        var inTime = await api.Client.SendJsonAsync(new HttpMethod(method), path + part, body, "\"2\"");
        Assert.True(inTime.IsSuccessStatusCode, $"{inTime.StatusCode}");
        if (method != "DELETE")
            Assert.Equal("\"3\"", inTime.Headers.ETag?.ToString());
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Where_it_is_required_a_write_has_to_say_what_it_is_based_on(string method, string part, string? body)
    {
        var path = await CreateAsync();
        var options = api.Services.GetRequiredService<IOptions<PreconditionOptions>>().Value;
        options.RequireIfMatch = true;
        try
        {
            await (await api.Client.SendJsonAsync(new HttpMethod(method), path + part, body)).ReadAsync(HttpStatusCode.PreconditionRequired);
            Assert.True((await api.Client.SendJsonAsync(new HttpMethod(method), path + part, body, "\"1\"")).IsSuccessStatusCode);
            // Nothing can be overwritten where nothing is.
            var name = Answers.FreshDomain();
            await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        }
        finally
        {
            options.RequireIfMatch = false;
        }
    }

    [Fact]
    public async Task Put_with_If_None_Match_only_creates()
    {
        var path = await CreateAsync();
        var content = new StringContent(Answers.Domain(path[16..]), null, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        await (await api.Client.SendAsync(request)).ReadAsync(HttpStatusCode.PreconditionFailed);
    }

    [Theory]
    [InlineData("PUT", "If-Match", "1")]
    [InlineData("PUT", "If-Match", "\"1")]
    [InlineData("PUT", "If-None-Match", "1")]
    [InlineData("PATCH", "If-Match", "'1'")]
    [InlineData("DELETE", "If-Match", "1")]
    public async Task A_condition_that_can_not_be_read_is_not_taken_for_none(string method, string field, string condition)
    {
        var path = await CreateAsync();
        var before = await api.Client.GetStringAsync(path);
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method != "DELETE")
            request.Content = new StringContent(Answers.Domain(path[16..], 9001), null, "application/json");
        request.Headers.TryAddWithoutValidation(field, condition);

        var problem = await (await api.Client.SendAsync(request)).ReadAsync(HttpStatusCode.PreconditionFailed);

        Assert.Contains("in quotes", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(before, await api.Client.GetStringAsync(path));
    }

    private async Task<string> CreateAsync()
    {
        var name = Answers.FreshDomain();
        var created = await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        await created.ReadAsync(HttpStatusCode.Created);
        Assert.Equal("\"1\"", created.Headers.ETag?.ToString());
        return $"/api/v1/domains/{name}";
    }
}
