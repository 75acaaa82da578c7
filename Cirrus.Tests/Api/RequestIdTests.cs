using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class RequestIdTests(ApiServer api)
{
    [Fact]
    public async Task The_id_on_an_answer_finds_the_audit_entry_of_the_request()
    {
        var name = Answers.FreshDomain();
        var accepted = await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        Assert.Equal(HttpStatusCode.Created, accepted.StatusCode);
        var refused = await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        var problem = await refused.ReadAsync(HttpStatusCode.Conflict);
        Assert.Equal(RequestId(refused), (string?)problem["requestId"]);

        Assert.Equal("accepted", await OutcomeAsync(RequestId(accepted)));
        Assert.Equal("refused", await OutcomeAsync(RequestId(refused)));
    }

    [Fact]
    public async Task No_caller_chooses_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me");
        request.Headers.Add("X-Request-Id", "forged");
        Assert.NotEqual("forged", RequestId(await api.Client.SendAsync(request)));
    }

    private static string RequestId(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("X-Request-Id"));

    private async Task<string?> OutcomeAsync(string requestId)
    {
        JsonArray entries = [];
        await Wait.UntilAsync("the request is noted", async () =>
            (entries = JsonNode.Parse(await api.Client.GetStringAsync($"/api/v1/audit?requestId={requestId}"))!["items"]!.AsArray()).Count > 0);
        return (string?)Assert.Single(entries)!["outcome"];
    }
}
