using System.Net;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class HeadTests(ApiServer api)
{
    [Fact]
    public async Task Head_is_answered_as_get_without_a_body()
    {
        var path = $"/api/v1/domains/{Answers.FreshDomain()}";
        Assert.Equal(HttpStatusCode.NotFound, (await HeadAsync(path)).StatusCode);
        await (await api.Client.PutJsonAsync(path, Answers.Domain(path.Split('/')[^1]))).ReadAsync(HttpStatusCode.Created);

        // One after the other on a connection that a body would spoil.
        var (head, get) = (await HeadAsync(path), await api.Client.GetAsync(path));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotModified, (await HeadAsync(path, "\"1\"")).StatusCode);
    }

    [Fact]
    public async Task Head_needs_what_get_needs()
    {
        using var stranger = api.Stranger();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(new(HttpMethod.Head, "/api/v1/domains"))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await HeadAsync("/api/v1/auth/login")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await HeadAsync("/healthz")).StatusCode);
    }

    private Task<HttpResponseMessage> HeadAsync(string path, string? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Head, path);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return api.Client.SendAsync(request);
    }
}
