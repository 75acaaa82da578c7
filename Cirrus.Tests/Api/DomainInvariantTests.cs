using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;
using CsCheck;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

/// <summary>Whatever is written to domains in whatever order, and at the same time, the store stays whole.</summary>
[Collection(ApiCollection.Name)]
public sealed class DomainInvariantTests(ApiServer api)
{
    private const int HistoryBound = 50;

    private enum Kind { Put, Patch, PutStale, PutBad, Delete, RollBack, Upstreams, Import, Crowd }

    private sealed record Step(Kind Kind, int Name, int Port, int Revision);

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Enum<Kind>(), Gen.Int[0, 1], Gen.Int[1, 4], Gen.Int[1, 6], (kind, name, port, revision) => new Step(kind, name, port, revision));

    [Fact]
    public async Task After_any_sequence_of_writes_the_store_is_whole() => await AnyStep.List[1, 25].SampleAsync(async steps =>
    {
        var run = new Run(api);
        foreach (var step in steps)
            await run.DoAsync(step);
        await run.CheckAsync();
    }, iter: 40, threads: 1);

    [Fact]
    public async Task After_writes_at_the_same_time_the_store_is_whole() => await AnyStep.List[1, 6].Array[4].SampleAsync(async writers =>
    {
        var run = new Run(api);
        await Task.WhenAll(writers.Select(async steps =>
        {
            foreach (var step in steps)
                await run.DoAsync(step);
        }));
        await run.CheckAsync();
    }, iter: 15, threads: 1);

    [Fact]
    public async Task A_long_life_leaves_the_last_fifty_revisions()
    {
        var run = new Run(api);
        for (var i = 0; i < 70; i++)
            await run.DoAsync(new Step(Kind.Put, 0, i + 1, 0));
        await run.CheckAsync();
        Assert.Equal(HistoryBound, await api.Redis.ListLengthAsync(RedisKeys.DomainHistory(run.Names[0])));
    }

    /// <summary>Two names that only this run writes, and the changes it was told of.</summary>
    private sealed class Run(ApiServer api)
    {
        private readonly ConcurrentBag<string> _changes = [];

        public string[] Names { get; } = [Answers.FreshDomain(), Answers.FreshDomain()];

        public Task DoAsync(Step step)
        {
            var name = Names[step.Name];
            var path = $"/api/v1/domains/{name}";
            return step.Kind switch
            {
                Kind.Put => NoteAsync(api.Client.PutJsonAsync(path, Answers.Domain(name, step.Port)), HttpStatusCode.OK, HttpStatusCode.Created),
                Kind.Patch => NoteAsync(
                    api.Client.PatchDomainAsync(name, $$$"""{"upstreamHeaders":{"X-P":"{{{step.Port}}}"}}"""),
                    HttpStatusCode.OK, HttpStatusCode.NotFound),
                Kind.PutStale => NoteAsync(
                    api.Client.SendJsonAsync(HttpMethod.Put, path, Answers.Domain(name, step.Port), $"\"{step.Revision}\""),
                    HttpStatusCode.OK, HttpStatusCode.PreconditionFailed),
                Kind.PutBad => NoteAsync(api.Client.PutJsonAsync(path, Answers.Domain(name, 0)), HttpStatusCode.BadRequest),
                Kind.Delete => NoteAsync(api.Client.DeleteAsync(path), HttpStatusCode.NoContent, HttpStatusCode.NotFound),
                Kind.RollBack => RollBackAsync(path, step.Revision),
                Kind.Upstreams => NoteAsync(
                    api.Client.PutJsonAsync($"{path}/upstreams", $$"""{"origins":[{"scheme":"https","host":"u.test","port":{{step.Port}}}]}"""),
                    HttpStatusCode.OK, HttpStatusCode.NotFound),
                Kind.Import => ImportAsync(step.Port),
                Kind.Crowd => Task.WhenAll(Enumerable.Range(1, 5).Select(port =>
                    NoteAsync(api.Client.PutJsonAsync(path, Answers.Domain(name, port)), HttpStatusCode.OK, HttpStatusCode.Created))),
                _ => throw new ArgumentOutOfRangeException(nameof(step)),
            };
        }

        public async Task CheckAsync()
        {
            var events = (await api.Redis.StreamRangeAsync(RedisKeys.Events)).Where(e => Names.Contains((string)e["key"]!)).ToList();
            var audit = (await api.Redis.StreamRangeAsync(RedisKeys.Audit))
                .Where(e => Names.Contains((string)e["key"]!) && e["outcome"] == "accepted").ToList();
            Assert.Equal(_changes.Order(), events.Select(e => (string)e.Id!).Order());
            Assert.Equal(_changes.Order(), audit.Select(e => (string)e["change"]!).Order());
            foreach (var name in Names)
                await CheckAsync(name, [.. audit.Where(e => e["key"] == name)]);
        }

        private async Task CheckAsync(string name, StreamEntry[] audit)
        {
            var document = (string?)await api.Redis.StringGetAsync(RedisKeys.Domain(name));
            var history = (await api.Redis.ListRangeAsync(RedisKeys.DomainHistory(name))).Select(h => (string)h!).ToList();
            Assert.Equal(document is not null, await api.Redis.SortedSetScoreAsync(RedisKeys.Domains, name) is not null);
            Assert.Equal(document is not null, await api.Redis.HashExistsAsync(RedisKeys.Epochs(name), "*"));

            // The trail is a chain of documents: each write stands on what the one before it left.
            Assert.Equal(audit.Select(e => (string)e["before"]!).Skip(1), audit.Select(e => (string)e["after"]!).SkipLast(1));
            Assert.Equal(document ?? "", audit.Length == 0 ? "" : (string)audit[^1]["after"]!);

            // The history is what the trail tells of the last life, newest first.
            var life = audit.Skip(Array.FindLastIndex(audit, e => e["before"] == ""))
                .Select(e => (string)e["after"]!).Where(a => a.Length > 0).ToList();
            var earlier = document is null ? life : life.SkipLast(1);
            Assert.Equal(earlier.Reverse().Take(HistoryBound), history);
            // Over all lives revisions count on.
            var revisions = audit.Select(e => (string)e["after"]!).Where(a => a.Length > 0).Select(a => (int)JsonNode.Parse(a)!["revision"]!).ToList();
            Assert.Equal(Enumerable.Range(1, revisions.Count), revisions);
            Assert.InRange(life.Select(l => (string)JsonNode.Parse(l)!["createdAt"]!).Distinct().Count(), 0, 1);
        }

        private async Task RollBackAsync(string path, int revision)
        {
            var current = await api.Client.GetAsync(path);
            await NoteAsync(
                api.Client.SendJsonAsync(
                    HttpMethod.Post, $"{path}/rollback", $$"""{"revision":{{revision}}}""", current.Headers.ETag?.ToString() ?? "\"1\""),
                HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.PreconditionFailed, HttpStatusCode.NotFound);
        }

        private async Task ImportAsync(int port)
        {
            var lines = string.Join('\n', Names.Select(n => Answers.Domain(n, port)).Append("{").Append(Answers.Domain(Names[0], port + 1)));
            var response = await api.Client.PostAsync("/api/v1/domains/import", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));
            foreach (var line in (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n'))
            {
                if ((string?)JsonNode.Parse(line)!["change"] is { } change)
                    _changes.Add(change);
            }
        }

        private async Task NoteAsync(Task<HttpResponseMessage> request, params HttpStatusCode[] expected)
        {
            using var response = await request;
            Assert.Contains(response.StatusCode, expected);
            Assert.Equal(response.IsSuccessStatusCode, response.Headers.Contains("Cirrus-Change"));
            if (response.IsSuccessStatusCode)
                _changes.Add(response.Change());
        }
    }
}
