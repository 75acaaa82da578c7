using System.Net;
using System.Net.Http.Headers;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class AccessTests(ApiServer api)
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer")]
    [InlineData("Basic dGVzdC1tYXN0ZXItdG9rZW4=")]
    [InlineData(ApiServer.Token)]
    public async Task Without_a_token_every_route_is_closed_but_the_two_that_give_credentials(string? authorization)
    {
        using var stranger = api.Stranger();
        if (authorization is not null)
            stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        foreach (var (method, path) in api.Routes().Where(r => r.Path is not ("/api/v1/auth/login" or "/api/v1/setup")))
        {
            using var response = await stranger.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {response.StatusCode}");
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/openapi/v1.json")]
    public async Task Health_and_the_document_need_no_token(string path)
    {
        using var stranger = api.Stranger();
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task The_scheme_is_case_insensitive()
    {
        using var client = api.Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", ApiServer.Token);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/nodes")).StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/domains?limit=0", "limit")]
    [InlineData("/api/v1/domains?limit=many", "limit")]
    [InlineData("/api/v1/changes/1-1?wait=forever", "wait")]
    [InlineData("/api/v1/changes/1-1?timeout=5", "timeout")]
    [InlineData("/api/v1/changes/1-1?timeout=2m", "timeout")]
    public async Task A_bad_parameter_is_named(string path, string parameter) =>
        Assert.Equal([parameter], await (await api.Client.GetAsync(path)).InvalidFieldsAsync());

    [Theory]
    [InlineData("/api/v1/changes/1-1")]
    [InlineData("/api/v1/changes/none")]
    [InlineData("/api/v1/nowhere")]
    public async Task What_is_not_there_is_a_problem_of_404(string path)
    {
        var response = await api.Client.GetAsync(path);
        await response.ReadAsync(HttpStatusCode.NotFound);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}
