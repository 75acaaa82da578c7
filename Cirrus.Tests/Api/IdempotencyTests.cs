using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cirrus.Api.Idempotency;
using Cirrus.Core.Audit;
using Cirrus.Core.Domains;
using Cirrus.Core.Idempotency;
using Cirrus.Tests.Core;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class IdempotencyTests(ApiServer api)
{
    private const string Path = "/api/v1/domains";

    [Fact]
    public async Task A_retry_gets_the_first_answer_and_does_nothing_again()
    {
        var (key, name) = (Guid.NewGuid().ToString(), Answers.FreshDomain());
        var first = await PostAsync(key, Answers.Domain(name));
        var created = await first.ReadAsync(HttpStatusCode.Created);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        await (await api.Client.DeleteAsync($"{Path}/{name}")).Content.ReadAsStringAsync();
        var entry = await api.NewestEntryAsync();

        var second = await PostAsync(key, Answers.Domain(name));

        Assert.True(JsonNode.DeepEquals(created, await second.ReadAsync(HttpStatusCode.Created)));
        Assert.Equal("true", Assert.Single(second.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(first.Change(), second.Change());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Empty(await api.AcceptedSinceAsync(entry));
        await (await api.Client.GetAsync($"{Path}/{name}")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Many_at_once_are_carried_out_once()
    {
        var (key, body) = (Guid.NewGuid().ToString(), $$"""{"domain":"{{await AddDomainAsync()}}","everything":true}""");
        var before = await api.Redis.StreamLengthAsync("cdn:events");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(key, body, "/api/v1/purge")));

        Assert.Equal(before + 1, await api.Redis.StreamLengthAsync("cdn:events"));
        Assert.All(answers, a => Assert.Contains(a.StatusCode, new[] { HttpStatusCode.Accepted, HttpStatusCode.Conflict }));
        Assert.Single(answers.Where(a => a.StatusCode == HttpStatusCode.Accepted).Select(a => a.Change()).Distinct());
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        var (key, name) = (Guid.NewGuid().ToString(), Answers.FreshDomain());
        await PostAsync(key, Answers.Domain(name));

        foreach (var (path, body) in new[] { (Path, Answers.Domain(name, 9001)), ($"{Path}?", Answers.Domain(name, 2)), ("/api/v1/purge", Answers.Domain(name)) })
        {
            var problem = await (await PostAsync(key, body, path)).ReadAsync(HttpStatusCode.UnprocessableEntity);
            Assert.Equal("/problems/idempotency-mismatch", (string?)problem["type"]);
        }
    }

    [Fact]
    public async Task While_the_first_is_under_way_a_second_is_told_to_come_later_and_after_a_crash_the_key_is_free_within_a_minute()
    {
        var (key, body) = (Guid.NewGuid().ToString(), Answers.Domain(Answers.FreshDomain()));
        var place = await FirstPlaceAsync(key, body);
        // What a process leaves behind that ends between the write and the answer.
        var answer = JsonNode.Parse((string)(await api.Redis.StringGetAsync(place))!)!;
        var (claim, _) = await FreshClaimAsync(place, key, (string)answer["fingerprint"]!);
        Assert.NotNull(claim);

        var second = await PostAsync(key, body);

        Assert.Equal("/problems/idempotency-in-flight", (string?)(await second.ReadAsync(HttpStatusCode.Conflict))["type"]);
        Assert.NotNull(second.Headers.RetryAfter?.Delta);
        var left = await api.Redis.KeyTimeToLiveAsync(place);
        Assert.InRange(left!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

        // It runs out.
        await api.Redis.KeyExpireAsync(place, TimeSpan.FromMilliseconds(1));
        await Wait.UntilAsync("the claim has run out", async () => !await api.Redis.KeyExistsAsync(place));
        var retried = await (await PostAsync(key, body)).ReadAsync(HttpStatusCode.Conflict);
        Assert.Equal("/problems/already-exists", (string?)retried["type"]);
        Assert.False(await claim.StoreAsync(200, new Dictionary<string, string>(), []));
        Assert.False(await claim.ProlongAsync());
    }

    [Fact]
    public async Task An_answer_is_kept_for_a_day_and_neither_key_nor_caller_can_be_read_from_its_place()
    {
        var key = $"marker-{Guid.NewGuid():N}";
        var place = await FirstPlaceAsync(key, Answers.Domain(Answers.FreshDomain()));
        Assert.InRange((await api.Redis.KeyTimeToLiveAsync(place))!.Value, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        Assert.DoesNotContain("marker", place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"a b","origins":[]}""", HttpStatusCode.BadRequest, true)]
    [InlineData("""{"domain":"nowhere.example","everything":true}""", HttpStatusCode.NotFound, true)]
    // Thrown before the handler began: the same is found again each time.
    [InlineData("nonsense", HttpStatusCode.BadRequest, false)]
    public async Task A_refusal_is_an_answer_as_well(string body, HttpStatusCode status, bool replayed)
    {
        var (key, path) = (Guid.NewGuid().ToString(), body.Contains("everything", StringComparison.Ordinal) ? "/api/v1/purge" : Path);
        var first = await (await PostAsync(key, body, path)).ReadAsync(status);
        var second = await PostAsync(key, body, path);
        var again = await second.ReadAsync(status);
        Assert.Equal(replayed, second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType?.MediaType);
        Assert.Equal((string?)first["type"], (string?)again["type"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ü")]
    [InlineData("256")]
    public async Task A_key_that_is_none_is_refused_by_name(string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Json("{}") };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key == "256" ? new string('k', 256) : key);
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });
        client.BaseAddress = api.Client.BaseAddress;
        client.DefaultRequestHeaders.Authorization = api.Client.DefaultRequestHeaders.Authorization;
        Assert.Equal(["Idempotency-Key"], await (await client.SendAsync(request)).InvalidFieldsAsync());
    }

    [Fact]
    public async Task A_key_of_255_characters_will_do() =>
        await (await PostAsync($"{Guid.NewGuid():N}{new string('~', 223)}", Answers.Domain(Answers.FreshDomain()))).ReadAsync(HttpStatusCode.Created);

    [Fact]
    public async Task Who_may_not_ask_is_refused_and_nothing_is_kept()
    {
        using var stranger = api.Stranger();
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Json("{}") };
        request.Headers.Add("Idempotency-Key", "stranger");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_with_a_key_as_well()
    {
        // In chunks, so that only reading tells.
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Json(Answers.Domain(new string('a', 2_000_000))) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await api.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_large_answer_is_given_again_without_its_body()
    {
        var (key, name) = (Guid.NewGuid().ToString(), Answers.FreshDomain());
        var store = new AnswerStore(api.Store);
        var (claim, _) = await store.ClaimAsync("somebody", key, "f");
        Assert.True(await claim!.StoreAsync(201, new Dictionary<string, string> { ["Location"] = name }, null));
        var (none, found) = await store.ClaimAsync("somebody", key, "f");
        Assert.Null(none);
        Assert.Equal((201, name), (found!.Status, found.Headers["Location"]));
        Assert.True(found.WithoutBody);
        // And the key is the caller's own.
        Assert.NotNull((await store.ClaimAsync("somebody else", key, "f")).Claim);
    }

    [Fact]
    public async Task A_claim_lives_as_long_as_it_is_prolonged_and_is_free_when_given_up()
    {
        var (store, key) = (new AnswerStore(api.Store), Guid.NewGuid().ToString());
        var (claim, _) = await store.ClaimAsync("somebody", key, "f");
        Assert.True(await claim!.ProlongAsync());
        Assert.Equal(0, (await store.ClaimAsync("somebody", key, "f")).Found!.Status);
        await claim.ReleaseAsync();
        Assert.False(await claim.ProlongAsync());
        Assert.NotNull((await store.ClaimAsync("somebody", key, "f")).Claim);
    }

    [Fact]
    public async Task Nothing_is_written_for_a_request_whose_claim_has_run_out()
    {
        var (store, key, domain) = (new AnswerStore(api.Store), Guid.NewGuid().ToString(), StoreFixture.NewDomain());
        var (late, _) = await store.ClaimAsync("somebody", key, "f");
        await late!.ReleaseAsync();
        var (next, _) = await store.ClaimAsync("somebody", key, "f");
        var domains = new DomainStore(api.Store);

        var refused = await Assert.ThrowsAsync<RedisServerException>(() => domains.PutAsync(domain, new Actor("test", Claim: late)));

        Assert.True(AnswerClaim.IsLost(refused));
        Assert.Null(await domains.FindAsync(domain.Name));
        Assert.True((await domains.PutAsync(domain, new Actor("test", Claim: next))).Accepted);
    }

    [Fact]
    public void Every_post_that_writes_and_takes_a_key_can_give_its_answer_again() => Assert.Equal(
        [("POST", "/api/v1/domains/validate")],
        api.Routes(m => m.GetMetadata<NoIdempotency>() is null && m.GetMetadata<AnswersAgain>() is null).Where(r => r.Method == "POST"));

    private async Task<string> AddDomainAsync()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync(Path, Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        return name;
    }

    // Where the answer of a request is kept, found by what is new.
    private async Task<string> FirstPlaceAsync(string key, string body)
    {
        var server = api.Store.GetServers()[0];
        var before = server.Keys(pattern: "cdn:idempotency:*").Select(k => (string)k!).ToHashSet();
        await (await PostAsync(key, body)).ReadAsync(HttpStatusCode.Created);
        return Assert.Single(server.Keys(pattern: "cdn:idempotency:*").Select(k => (string)k!), k => !before.Contains(k));
    }

    private async Task<(AnswerClaim? Claim, StoredAnswer? Found)> FreshClaimAsync(string place, string key, string fingerprint)
    {
        await api.Redis.KeyDeleteAsync(place);
        return await new AnswerStore(api.Store).ClaimAsync("master", key, fingerprint);
    }

    private Task<HttpResponseMessage> PostAsync(string key, string body, string path = Path)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        request.Headers.Add("Idempotency-Key", key);
        return api.Client.SendAsync(request);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
