using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Api.Steering;
using Cirrus.Core.Nodes;

namespace Cirrus.Tests.Api;

/// <summary>With a Redis of its own: a plan is about every node and every domain there is.</summary>
public sealed class SteeringPlanTests : IAsyncLifetime
{
    private const int Domains = 40;
    private readonly ApiServer _api = new();

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        for (var i = 1; i <= 3; i++)
        {
            await (await _api.Client.PutJsonAsync($"/api/v1/nodes/edge-{i}", $$"""{"addresses":["192.0.2.{{i}}"]}""")).ReadAsync(HttpStatusCode.Created);
            await new NodeStore(_api.Store).SetHealthAsync($"edge-{i}", NodeHealth.Up, "", DateTimeOffset.UtcNow);
        }
        for (var i = 0; i < Domains; i++)
            await (await _api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain($"www{i:00}.plan.test"))).ReadAsync(HttpStatusCode.Created);
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_plan_says_where_every_domain_goes_and_there_it_goes()
    {
        var before = await NamedAsync();
        var plan = await PlanAsync("drain=edge-2&limit=1000");

        await (await _api.Client.PostAsync("/api/v1/nodes/edge-2/drain", null)).ReadAsync(HttpStatusCode.OK);
        var after = await NamedAsync();

        var moves = plan["moves"]!.AsArray().ToDictionary(m => (string)m!["domain"]!, m => (Ids(m!["from"]!), Ids(m["to"]!)));
        var moved = before.Keys.Where(d => before[d] != after[d]).ToList();
        Assert.Equal(moved.Order(), moves.Keys);
        Assert.All(moved, d => Assert.Equal((before[d], after[d]), moves[d]));
        Assert.Equal((Domains, moved.Count), ((int)plan["domains"]!, (int)plan["moved"]!));
        Assert.Null(plan["next"]);
        var drained = plan["perNode"]!.AsArray().Single(n => (string?)n!["id"] == "edge-2")!;
        Assert.Equal((moved.Count, 0, 0, moved.Count), ((int)drained["before"]!, (int)drained["after"]!, (int)drained["gained"]!, (int)drained["lost"]!));
        Assert.Equal(["edge-1", "edge-3"], plan["after"]!["nodes"]!.AsArray().Select(n => (string?)n!["id"]));
    }

    [Fact]
    public async Task While_enough_plans_are_made_another_waits_and_then_is_told_to_come_later()
    {
        var turns = _api.Service<PlanTurns>();
        var taken = new List<IDisposable>();
        for (var i = 0; i < PlanTurns.AtOnce; i++)
            taken.Add((await turns.TakeAsync(default))!);

        var refused = await _api.Client.GetAsync("/api/v1/steering/plan?drain=edge-1");
        await refused.ReadAsync(HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);

        var waiting = PlanAsync("drain=edge-1");
        taken.ForEach(t => t.Dispose());
        Assert.Equal(Domains, (int)(await waiting)["domains"]!);
    }

    [Fact]
    public async Task Moves_are_paged_and_totals_are_of_all()
    {
        var whole = await PlanAsync("remove=edge-1&limit=1000");
        var paged = new List<string>();
        for (var after = ""; after is not null;)
        {
            var page = await PlanAsync($"remove=edge-1&limit=3&after={after}");
            Assert.Equal((int)whole["moved"]!, (int)page["moved"]!);
            paged.AddRange(page["moves"]!.AsArray().Select(m => (string)m!["domain"]!));
            after = (string?)page["next"];
        }
        Assert.Equal(whole["moves"]!.AsArray().Select(m => (string)m!["domain"]!), paged);
        var totals = await PlanAsync("remove=edge-1&limit=0");
        Assert.Equal(((int)whole["moved"]!, 0, null), ((int)totals["moved"]!, totals["moves"]!.AsArray().Count, (string?)totals["next"]));
    }

    [Fact]
    public async Task Steps_add_up_and_a_new_node_is_taken_to_be_up()
    {
        var plan = await PlanAsync("add=edge-4:300&remove=edge-1&disable=edge-2&weight=edge-3:50");
        Assert.Equal(["edge-4"], Ids(plan["assumedUp"]!).Split(' '));
        Assert.Equal([("edge-3", 50), ("edge-4", 300)], plan["after"]!["nodes"]!.AsArray().Select(n => ((string)n!["id"]!, (int)n["weight"]!)));
        Assert.All(plan["perNode"]!.AsArray().Where(n => (string?)n!["id"] is "edge-3" or "edge-4"), n => Assert.Equal(Domains, (int)n!["after"]!));
        Assert.Equal(3, (await _api.Client.GetFromJsonAsync<JsonNode>("/api/v1/nodes"))!["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Domains_move_within_their_pools_and_regions()
    {
        for (var i = 0; i < Domains; i += 2)
        {
            var steering = i % 4 == 0 ? """{"steering":{"pool":"video","nodes":1}}""" : """{"steering":{"regions":["eu"]}}""";
            await (await _api.Client.SendJsonAsync(HttpMethod.Patch, $"/api/v1/domains/www{i:00}.plan.test", steering)).ReadAsync(HttpStatusCode.OK);
        }
        await (await _api.Client.SendJsonAsync(HttpMethod.Patch, "/api/v1/nodes/edge-1", """{"pools":["default","video"],"region":"eu"}""")).ReadAsync(HttpStatusCode.OK);
        var before = await NamedAsync();
        Assert.All(before.Where((_, i) => i % 2 == 0), d => Assert.Equal("edge-1", d.Value));

        var plan = await PlanAsync("add=edge-4:100:video:eu&limit=1000");
        var moves = plan["moves"]!.AsArray().ToDictionary(m => (string)m!["domain"]!, m => Ids(m!["to"]!));
        Assert.NotEmpty(moves);
        Assert.All(moves, m => Assert.Equal("edge-4", m.Value));
        await (await _api.Client.PutJsonAsync("/api/v1/nodes/edge-4", """{"addresses":["192.0.2.4"],"region":"eu","pools":["video"]}""")).ReadAsync(HttpStatusCode.Created);
        await new NodeStore(_api.Store).SetHealthAsync("edge-4", NodeHealth.Up, "", DateTimeOffset.UtcNow);
        var after = await NamedAsync();
        Assert.Equal(after.Where(d => d.Value != before[d.Key]).ToDictionary(), moves);
    }

    [Theory]
    [InlineData("", "activate add disable drain quarantine remove weight")]
    [InlineData("add=edge-1", "add")]
    [InlineData("add=edge-9:0", "add")]
    [InlineData("add=Edge", "add")]
    [InlineData("add=edge-9:100:Pool", "add")]
    [InlineData("add=edge-9:100:pool:eu:x", "add")]
    [InlineData("weight=edge-1", "weight")]
    [InlineData("weight=edge-1:10001", "weight")]
    [InlineData("drain=edge-1:5", "drain")]
    [InlineData("drain=edge-1&remove=edge-1", "remove")]
    [InlineData("drain=edge-1&limit=1001", "limit")]
    public async Task A_bad_step_is_named(string query, string fields) =>
        Assert.Equal(fields.Split(' '), await (await _api.Client.GetAsync($"/api/v1/steering/plan?{query}")).InvalidFieldsAsync());

    [Fact]
    public async Task An_unknown_node_is_named()
    {
        var problem = await (await _api.Client.GetAsync("/api/v1/steering/plan?drain=edge-1&weight=edge-9:5")).ReadAsync(HttpStatusCode.NotFound);
        Assert.Contains("edge-9", (string?)problem["detail"], StringComparison.Ordinal);
    }

    private async Task<JsonNode> PlanAsync(string query) =>
        await (await _api.Client.GetAsync($"/api/v1/steering/plan?{query}")).ReadAsync(HttpStatusCode.OK);

    private async Task<Dictionary<string, string>> NamedAsync()
    {
        var named = new Dictionary<string, string>();
        for (var i = 0; i < Domains; i++)
        {
            var name = $"www{i:00}.plan.test";
            var cname = await _api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/domains/{name}/cname");
            named[name] = string.Join(' ', cname!["nodes"]!.AsArray().Select(n => (string)n!["id"]!));
        }
        return named;
    }

    private static string Ids(JsonNode ids) => string.Join(' ', ids.AsArray().Select(id => (string)id!));
}
