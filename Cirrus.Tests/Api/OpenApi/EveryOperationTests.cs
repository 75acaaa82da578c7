using Cirrus.Core.Acme;
using Cirrus.Tests.Api.Identities;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api.OpenApi;

/// <summary>Calls every operation of the document and holds the answers against it; on a Redis of its own, for the examples name what they write.</summary>
public sealed class EveryOperationTests
{
    private const string Nonsense = """{"nonsense":""";

    private static readonly Dictionary<string, string> Nobody = new() { ["name"] = "nobody.example.net", ["id"] = "nobody", ["revision"] = "1" };

    [Fact]
    public async Task Every_operation_succeeds_as_the_document_says()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis);
        using var master = api.WithToken();
        var document = await ApiDocument.ReadAsync(master);
        var talk = new Conversation(document);

        await using var store = await redis.ConnectAsync();
        await new AuthorityStore(store).PutAllAsync([new("letsencrypt", 0, new Uri("https://ca.example.com/dir"), new OrderLimits())]);
        await DnssecTests.SignAsync(store);
        await new Walk(talk, master).RunAsync();
        await FirstAdmin.WalkAsync(talk);

        // An operation that is missing here needs a step in Walk.
        Assert.Empty(document.Operations.Select(o => o.Id).Except(talk.Succeeded));
        Assert.Equal("", await talk.MismatchesAsync());
    }

    [Fact]
    public async Task Every_operation_refuses_as_the_document_says()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis);
        using var master = api.WithToken();
        using var session = api.WithSession(await api.LogInAsync(await api.CreateUserAsync("admin")));
        using var stranger = api.Stranger();
        var document = await ApiDocument.ReadAsync(master);
        var talk = new Conversation(document);

        foreach (var operation in document.Operations)
        {
            var client = operation.IsForSession ? session : master;
            if (!operation.IsAnonymous)
                await ExpectAsync(401, talk.CallAsync(stranger, operation.Id, Nobody.In(operation)));
            await ExpectAsync(400, talk.CallAsync(client, operation.Id, new Dictionary<string, string>(Nobody.In(operation)) { ["nonsense"] = "1" }));
            if (operation.RequestContent is not null)
            {
                await ExpectAsync(415, talk.CallAsync(client, operation.Id, Nobody.In(operation), type: "text/plain"));
                // An import answers line by line.
                if (operation.Id != "importDomains")
                    await ExpectAsync(400, talk.CallAsync(client, operation.Id, Nobody.In(operation), Nonsense));
            }
            // A PUT creates.
            if (operation.Path.Contains('{', StringComparison.Ordinal) && operation.Method != "put")
                await ExpectAsync(404, talk.CallAsync(client, operation.Id, Nobody.In(operation)));
        }
        Assert.Equal("", await talk.MismatchesAsync());

        async Task ExpectAsync(int status, Task<Answer> call)
        {
            var answer = await call;
            Assert.True(answer.Status == status, $"{answer.Response.RequestMessage} {status} was expected: {answer.Status} {answer.Text}");
            Assert.Equal(Assert.Single(answer.Response.Headers.GetValues("X-Request-Id")), (string?)answer.Body!["requestId"]);
        }
    }

    [Fact]
    public async Task What_is_lost_in_a_race_or_exists_already_is_refused_as_the_document_says()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis);
        using var master = api.WithToken();
        var talk = new Conversation(await ApiDocument.ReadAsync(master));
        var domain = new Dictionary<string, string> { ["name"] = "www.example.com" };

        Assert.Equal(201, (await talk.CallAsync(master, "createDomain", headers: ("Idempotency-Key", "one"))).Status);
        Assert.Equal(201, (await talk.CallAsync(master, "createDomain", headers: ("Idempotency-Key", "one"))).Status);
        Assert.Equal(422, (await talk.CallAsync(master, "createDomain", body: Answers.Domain("www.example.net"), headers: ("Idempotency-Key", "one"))).Status);
        Assert.Equal(409, (await talk.CallAsync(master, "createDomain")).Status);
        Assert.Equal(428, (await talk.CallAsync(master, "rollbackDomain", domain)).Status);
        Assert.Equal(201, (await talk.CallAsync(master, "putNode", new Dictionary<string, string> { ["id"] = "edge-1" })).Status);
        Assert.Equal(409, (await talk.CallAsync(master, "putNode", new Dictionary<string, string> { ["id"] = "edge-2" })).Status);
        Assert.Equal(404, (await talk.CallAsync(master, "getSteeringPlan", new Dictionary<string, string> { ["drain"] = "edge-9" })).Status);
        foreach (var id in new[] { "putDomain", "patchDomain", "putUpstreams", "putCacheRules", "putHeaders", "putTls", "orderCertificate", "rollbackDomain", "deleteDomain" })
            Assert.Equal(412, (await talk.CallAsync(master, id, domain, headers: ("If-Match", "\"9\""))).Status);
        foreach (var id in new[] { "getDomain", "getUpstreams", "getCacheRules", "getHeaders", "getTls" })
            Assert.Equal(304, (await talk.CallAsync(master, id, domain, headers: ("If-None-Match", "\"1\""))).Status);
        string[] domains = ["*.example.net"];
        var (_, secret) = await api.CreateTokenAsync(new { name = "confined", role = "operator", domains });
        using var confined = api.WithToken(secret);
        foreach (var id in new[] { "getDomain", "putDomain", "addPurge", "addPurges", "validateDomain", "listAudit", "listTokens", "listUsers" })
            Assert.Equal(403, (await talk.CallAsync(confined, id, id is "getDomain" or "putDomain" ? domain : null)).Status);
        Assert.Equal("", await talk.MismatchesAsync());
    }
}
