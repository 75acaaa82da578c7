// Purges at a fixed rate by the API, and how long some of them take from the API's 202 until every node has applied them and serves the old object no more.
// usage: purges API TOKEN SECONDS RATE DOMAINS EDGE,STATUS [EDGE,STATUS]...   (URLs)
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Cirrus.Bench.Purges;

var (api, token, seconds, rate, domains) = (args[0], args[1], Number(args[2]), Number(args[3]), Number(args[4]));
Node[] nodes = [.. args[5..].Select(node => node.Split(',')).Select(urls => new Node(new Uri(urls[0]), new Uri(urls[1])))];
const int Probed = 50; // each so many-th

using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 64 };
using var client = new HttpClient(handler) { BaseAddress = new Uri(api), Timeout = TimeSpan.FromSeconds(10) };
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

var accepted = new ConcurrentBag<double>();
var applied = new ConcurrentBag<double>();
var effective = new ConcurrentBag<double>();
var failed = 0;

// What runs for the first time is still being compiled.
await RunAsync(rate * 2, "warm");
accepted.Clear();
applied.Clear();
effective.Clear();
failed = 0;
var start = Stopwatch.GetTimestamp();
await RunAsync(rate * seconds, "run");
var took = Stopwatch.GetElapsedTime(start).TotalSeconds;

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{accepted.Count / took:F0} | {effective.Count} | {Spread(accepted)} | {Spread(applied)} | {Spread(effective)} | {failed}"));

// Purges start when it is their time, however long the ones before take.
async Task RunAsync(int count, string run)
{
    var running = new List<Task>(count);
    var begin = Stopwatch.GetTimestamp();
    for (var i = 0; i < count; i++)
    {
        var due = TimeSpan.FromSeconds((double)i / rate) - Stopwatch.GetElapsedTime(begin);
        if (due > TimeSpan.Zero)
        {
            await Task.Delay(due);
        }

        var (host, path) = ($"d{i % domains:D6}.bench.test", $"/assets/{run}-{i}");
        running.Add(i % Probed == 0 ? CountAsync(() => ProbeAsync(host, path)) : CountAsync(() => PurgeAsync(host, path)));
    }

    await Task.WhenAll(running);
}

async Task CountAsync(Func<Task> purge)
{
    try
    {
        await purge();
    }
    catch (Exception e) when (e is HttpRequestException or TaskCanceledException or TimeoutException)
    {
        if (Interlocked.Increment(ref failed) == 1)
        {
            await Console.Error.WriteLineAsync($"bench: {e.Message}");
        }
    }
}

async Task<string> PurgeAsync(string host, string path)
{
    var asked = Stopwatch.GetTimestamp();
    using var body = new StringContent($$"""{"domain":"{{host}}","urls":["{{path}}"]}""", MediaTypeHeaderValue.Parse("application/json"));
    using var response = await client.PostAsync(new Uri("/api/v1/purge", UriKind.Relative), body);
    response.EnsureSuccessStatusCode();
    accepted.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
    return response.Headers.GetValues("Cirrus-Change").Single();
}

async Task ProbeAsync(string host, string path)
{
    var old = await Task.WhenAll(nodes.Select(node => node.FillAsync(host, path)));
    var change = await PurgeAsync(host, path);
    var since = Stopwatch.GetTimestamp();
    var both = await Task.WhenAll(nodes.Select(async (node, i) =>
    {
        var seen = node.UntilAppliedAsync(change, since);
        var gone = await node.UntilGoneAsync(host, path, old[i], since);
        return (Applied: await seen, Gone: gone);
    }));
    applied.Add(both.Max(node => node.Applied.TotalMilliseconds));
    effective.Add(both.Max(node => Math.Max(node.Applied.TotalMilliseconds, node.Gone.TotalMilliseconds)));
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static string Spread(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    double At(double part) => sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * part)];
    return string.Create(CultureInfo.InvariantCulture, $"{At(0.5):F1} | {At(0.99):F1}");
}
