using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

/// <summary>Secrets are sent in every way there is; then they are looked for in all that the API logs, traces, answers and keeps as audit.</summary>
public sealed class SecretsTests : IAsyncLifetime, IDisposable
{
    private const string WrongToken = "marker-wrong-token";
    private const string RedisPassword = "marker-redis-password";
    private const string Credential = "marker-upstream-credential";
    private const string SigningSecret = "bWFya2VyLXNpZ25pbmctc2VjcmV0";
    private const string SealingKey = "bWFya2VyLXNlYWxpbmcta2V5LW9mLTMyLW9jdGV0cy4=";
    private const string InBody = "marker-in-a-refused-body";

    private readonly Recorder _said = new();
    private readonly ApiServer _api;
    private readonly ActivityListener _activities;

    public SecretsTests()
    {
        _api = new ApiServer { Logs = _said, RedisOptions = $",password={RedisPassword}" };
        foreach (var category in new[] { "Default", "Microsoft.AspNetCore", "StackExchange.Redis", "Microsoft.Extensions.Diagnostics.HealthChecks", "System.Net.Http" })
            _api.Settings[$"Logging:LogLevel:{category}"] = "Trace";
        _api.Settings[KeySealing.Setting] = SealingKey;
        // Spans are made only where somebody is said to collect them; nobody needs to.
        _api.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{FreePort.Next()}";
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _said.Record,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    public void Dispose() => _activities.Dispose();

    [Fact]
    public async Task No_secret_is_in_logs_traces_errors_or_the_audit()
    {
        var answers = new StringBuilder();
        async Task<HttpStatusCode> AskAsync(HttpClient client, string method, string path, string? body = null, string? key = null)
        {
            var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
            var answer = await client.SendAsync(request);
            answers.Append(answer.Headers).Append(await answer.Content.ReadAsStringAsync()).AppendLine();
            return answer.StatusCode;
        }

        using var guesser = _api.Stranger();
        guesser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", WrongToken);
        foreach (var (method, path) in _api.Routes())
            Assert.NotEqual(HttpStatusCode.OK, await AskAsync(guesser, method, path, method == "GET" ? null : "{}"));

        var name = Answers.FreshDomain();
        string Body(string header) => $$$"""
            {"origins":[{"scheme":"http","host":"127.0.0.1","port":9000}],"upstreamHeaders":{"{{{header}}}":"{{{Credential}}}"},
             "headers":{"request":[{"action":"set","name":"{{{header}}}","value":"{{{Credential}}}"}]},
             "access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":"{{{SigningSecret}}}"}]}]}}
            """;
        var written = await _api.Client.PutJsonAsync($"/api/v1/domains/{name}", Body("Authorization"));
        await written.ReadAsync(HttpStatusCode.Created);
        await (await _api.Client.PutJsonAsync($"/api/v1/domains/{name}", Body("X-Origin-Key"))).ReadAsync(HttpStatusCode.OK);

        // Keys: in their place, in the wrong one, and of another certificate.
        var (chain, certificateKey) = TestCertificate.Make([name]);
        var (_, otherKey) = TestCertificate.Make([name]);
        foreach (var (fullchainPem, keyPem) in new[] { (chain, certificateKey), (chain, otherKey), (chain + otherKey, certificateKey), (otherKey, chain) })
            await AskAsync(_api.Client, "PUT", $"/api/v1/domains/{name}/cert", JsonSerializer.Serialize(new { fullchainPem, keyPem }));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(_api.Client, "PUT", $"/api/v1/domains/{name}/cert", certificateKey));
        Assert.Equal(HttpStatusCode.Accepted, await AskAsync(_api.Client, "POST", $"/api/v1/domains/{name}/acme"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(_api.Client, "GET", $"/api/v1/domains/{name}/cert"));
        string[] keys = [.. PemLines(certificateKey), .. PemLines(otherKey)];
        // Of a domain its header fields are shown, but nothing shows a key.
        foreach (var (_, path) in _api.Routes().Where(r => r.Method == "GET"))
        {
            var shown = await _api.Client.GetAsync(path.Replace("/domains/name", $"/domains/{name}", StringComparison.Ordinal));
            var text = await shown.Content.ReadAsStringAsync();
            Assert.All(keys.Append(SealingKey), k => AssertAbsent(k, text));
        }

        foreach (var body in new[]
        {
            $$"""{"name":"a.test","{{InBody}}":1}""",
            $$"""{"name":"{{InBody}} {{InBody}}","origins":[]}""",
            $$"""{"name":"a.test","origins":[{"scheme":"{{InBody}}","host":"{{InBody}}!","port":1}],"rules":[{"path":"^({{InBody}}","ttl":1}]}""",
            $$"""{"name":"a.test","origins":"{{InBody}}"}""",
            Body("X-A").Replace(SigningSecret, InBody, StringComparison.Ordinal),
            Body(InBody + " "),
            $$"""{"name":"{{InBody}}""",
            InBody,
        })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await _api.Client.PostJsonAsync("/api/v1/domains", body)).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await _api.Client.PutJsonAsync($"/api/v1/domains/{name}", body)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(_api.Client, "POST", "/api/v1/domains", "{}", Guid.NewGuid().ToString()));
        await AssertNotedAsync("PUT /api/v1/domains/{name}");

        await AskAsync(_api.Client, "GET", $"/api/v1/audit?limit=1000&key={name}");
        await AskAsync(_api.Client, "GET", "/api/v1/audit?outcome=refused");
        await AskAsync(_api.Client, "GET", "/openapi/v1.json");
        // Reasons of refused attempts are kept as they are shown.
        foreach (var entry in (await _api.Redis.StreamRangeAsync("cdn:audit")).Where(e => e["outcome"] == "refused"))
            answers.AppendLine((string?)entry["reason"]);

        // A key that is sealed is nowhere in the store as it came, nor is what seals it.
        foreach (var field in await _api.Redis.HashGetAllAsync(RedisKeys.Certificate(name)))
            Assert.All(keys.Append(SealingKey), k => Assert.DoesNotContain(k, (string)field.Value!, StringComparison.Ordinal));
        foreach (var entry in await _api.Redis.StreamRangeAsync("cdn:audit"))
            Assert.All(keys.Append(SealingKey), k => Assert.All(entry.Values, v => Assert.DoesNotContain(k, (string)v.Value!, StringComparison.Ordinal)));

        // Connections that fail, and commands that do.
        await _api.KillRedisAsync();
        await AskAsync(_api.Client, "GET", "/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(_api.Client, "GET", "/api/v1/nodes"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(_api.Client, "DELETE", $"/api/v1/domains/{name}"));
        await Wait.UntilAsync("the client has tried to connect again", () => _said.Everything.Contains("Connect", StringComparison.Ordinal));

        // What is looked through is not empty.
        var everything = _said.Everything;
        Assert.Contains("Request starting", everything, StringComparison.Ordinal);
        Assert.Contains("url.path=/api/v1/domains", everything, StringComparison.Ordinal);
        Assert.Contains("redacted:sha256:", answers.ToString(), StringComparison.Ordinal);
        foreach (var secret in new[] { ApiServer.Token, WrongToken, RedisPassword, Credential, SigningSecret, InBody, SealingKey }.Concat(keys))
        {
            AssertAbsent(secret, everything);
            AssertAbsent(secret, answers.ToString());
        }
    }

    // Without the last characters, and as JSON writes them, too.
    private static IEnumerable<string> PemLines(string pem) =>
        pem.Split('\n').Where(l => l.Length > 40 && !l.StartsWith("-----", StringComparison.Ordinal)).Select(l => l[..40])
            .SelectMany(l => new[] { l, JsonEncodedText.Encode(l).ToString() }).Distinct();

    private static void AssertAbsent(string secret, string text)
    {
        var place = text.IndexOf(secret, StringComparison.Ordinal);
        Assert.True(place < 0, place < 0 ? "" : $"{secret} is in: {text.AsSpan(Math.Max(0, place - 300), Math.Min(600, text.Length - Math.Max(0, place - 300)))}");
    }

    private Task AssertNotedAsync(string action) => Wait.UntilAsync($"{action} is noted", async () =>
        (await _api.Redis.StreamRangeAsync("cdn:audit", "-", "+", 1000, Order.Descending)).Any(e => e["action"] == action && e["outcome"] == "refused"));

    /// <summary>Keeps all that is logged, with scopes and exceptions, and all activities with their tags and events.</summary>
    private sealed class Recorder : ILoggerProvider, ISupportExternalScope
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public string Everything => string.Join('\n', _lines);

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Record(Activity activity)
        {
            // Other tests of this process have activities, too; what they say may be looked through as well.
            var tags = activity.TagObjects.Concat(activity.Events.SelectMany(e => e.Tags)).Select(t => $"{t.Key}={t.Value}");
            _lines.Enqueue($"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', tags)} {string.Join(' ', activity.Baggage)}");
        }

        public void Dispose()
        {
        }

        private sealed class Writer(Recorder recorder, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => recorder._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var line = new StringBuilder($"{category} {formatter(state, exception)} {exception}");
                if (state is IEnumerable<KeyValuePair<string, object?>> values)
                    line.AppendJoin(' ', values.Select(v => $"{v.Key}={v.Value}"));
                recorder._scopes.ForEachScope((scope, text) => text.Append(' ').Append(scope), line);
                recorder._lines.Enqueue(line.ToString());
            }
        }
    }
}
