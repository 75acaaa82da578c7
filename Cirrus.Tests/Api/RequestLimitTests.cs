using System.Net;
using System.Net.Sockets;
using System.Text;
using Cirrus.Api.Requests;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class RequestLimitTests(ApiServer api)
{
    [Fact]
    public async Task An_address_that_is_too_long_is_a_problem()
    {
        var path = $"/api/v1/domains?after={new string('a', RequestLimits.MaxTarget)}";
        var problem = await (await api.Client.GetAsync(path)).ReadAsync(HttpStatusCode.RequestUriTooLong);
        Assert.Equal("/problems/target-too-long", (string?)problem["type"]);
        await (await api.Client.GetAsync($"/api/v1/domains?after={new string('a', RequestLimits.MaxTarget - 100)}")).ReadAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(1, RequestLimits.MaxHeaders)]
    [InlineData(RequestLimits.MaxHeaderFields, 4)]
    public async Task Header_fields_too_many_or_too_large_are_a_problem(int fields, int octets)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nodes");
        for (var i = 0; i < fields; i++)
            request.Headers.Add($"X-Field-{i}", new string('a', octets));
        var problem = await (await api.Client.SendAsync(request)).ReadAsync(HttpStatusCode.RequestHeaderFieldsTooLarge);
        Assert.Equal("/problems/headers-too-large", (string?)problem["type"]);
    }

    [Fact]
    public async Task A_body_with_a_coding_is_refused_and_told_what_is_taken()
    {
        var content = new ByteArrayContent([0x1f, 0x8b]);
        content.Headers.Add("Content-Type", "application/json");
        content.Headers.Add("Content-Encoding", "gzip");
        var response = await api.Client.PostAsync("/api/v1/domains", content);
        Assert.Equal("identity", Assert.Single(response.Headers.GetValues("Accept-Encoding")));
        var problem = await response.ReadAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.Equal("The body has the Content-Encoding gzip. Send it without.", (string?)problem["detail"]);
    }

    [Fact]
    public async Task A_body_nested_too_deeply_is_refused()
    {
        var nested = string.Concat(Enumerable.Repeat("{\"a\":", 40));
        Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.PostJsonAsync("/api/v1/domains", nested)).StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/nodes?limit=5", "limit")]
    [InlineData("/api/v1/domains?limit=5&Limits=5", "Limits")]
    [InlineData("/api/v1/domains/a.test?name=b.test", "name")]
    [InlineData("/api/v1/changes/1-1?wait=applied&timout=1s", "timout")]
    [InlineData("/api/v1/audit?limit=1&zone=Parameter", "zone")]
    public async Task A_parameter_that_the_route_does_not_know_is_named(string path, string parameter) =>
        Assert.Equal([parameter], await (await api.Client.GetAsync(path)).InvalidFieldsAsync());

    [Fact]
    public async Task Every_parameter_that_the_document_names_is_known()
    {
        var document = await (await api.Client.GetAsync("/openapi/v1.json")).ReadAsync(HttpStatusCode.OK);
        var seen = 0;
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                foreach (var parameter in operation!["parameters"]?.AsArray() ?? [])
                {
                    if ((string?)parameter!["in"] != "query")
                        continue;
                    var name = (string)parameter["name"]!;
                    var answer = await api.Client.SendAsync(new HttpRequestMessage(
                        new HttpMethod(method), $"{path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}?{name}="));
                    Assert.DoesNotContain("no such parameter", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                    seen++;
                }
            }
        }
        Assert.NotEqual(0, seen);
    }

    // The server refuses these before anything of ours is asked, with an empty body.
    [Theory]
    [InlineData("GET /api/v1/domains/%00 HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 414 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n", "HTTP/1.1 431 ")]
    public async Task What_the_server_itself_refuses_has_at_least_its_status(string request, string status)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, api.Client.BaseAddress!.Port);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("{long}", new string('a', 70_000), StringComparison.Ordinal)));
        using var reader = new StreamReader(stream);
        Assert.StartsWith(status, await reader.ReadLineAsync(), StringComparison.Ordinal);
    }
}
