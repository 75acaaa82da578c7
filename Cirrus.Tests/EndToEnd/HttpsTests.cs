using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Tests.Api;
using Cirrus.Tests.Programs;
using Cirrus.Tests.Workers.Acme;

namespace Cirrus.Tests.EndToEnd;

[Collection(StackCollection.Name)]
public sealed class HttpsTests(Stack stack)
{
    private static readonly string[] Nodes = [Stack.Edge1, Stack.Edge2];

    // What is promised from the request to a handshake on every node, for 19 of 20 domains that are asked for at once.
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    [Fact]
    public Task Fifty_domains_asked_for_at_once_are_served_by_https_on_every_node_within_10_s() => Promise.IsKeptAsync(Promised, async () =>
    {
        var names = Enumerable.Range(0, 50).Select(_ => Answers.FreshDomain()).ToList();
        foreach (var name in names)
            await stack.DelegateChallengeAsync(name);

        var times = await Task.WhenAll(names.Select(async name =>
        {
            var watch = Stopwatch.StartNew();
            await CreateAsync(name);
            await AcceptedEverywhereAsync(name);
            return watch.Elapsed;
        }));

        return times.Order().ElementAt((int)(names.Count * 0.95));
    });

    [Fact]
    public async Task A_wildcard_is_served_to_every_name_it_covers_and_to_no_other()
    {
        var parent = Answers.FreshDomain();
        await stack.DelegateChallengeAsync(parent);
        await CreateAsync($"*.{parent}");
        await AcceptedEverywhereAsync($"*.{parent}", $"www.{parent}");
        Assert.True(await stack.Tls(Stack.Edge1).IsAcceptedAsync($"shop.{parent}"));
        Assert.False(await stack.Tls(Stack.Edge1).IsAcceptedAsync($"a.b.{parent}"));
        Assert.False(await stack.Tls(Stack.Edge1).IsAcceptedAsync(parent));
    }

    [Fact]
    public async Task Dns_names_no_node_that_has_no_certificate_for_a_domain_that_wants_tls()
    {
        var name = Answers.FreshDomain();
        var access = await CreateAsync(name);
        // Without the customer's record there is no certificate, and the domain is held back.
        await IsFailedAsync(name);
        Assert.Equal([], await stack.DigAsync(1, access));
        await stack.DelegateChallengeAsync(name);
        await stack.Api.PostJsonAsync($"/api/v1/domains/{name}/acme", "{}");

        await Wait.UntilAsync("DNS names both nodes", async () =>
        {
            var named = await stack.DigAsync(1, access);
            foreach (var node in named)
                Assert.True(await stack.Tls(node).IsAcceptedAsync(name), $"{node} is named and has no certificate");
            return named.Count == Nodes.Length;
        });
    }

    [Fact]
    public async Task The_customers_missing_record_is_told_word_for_word()
    {
        var name = Answers.FreshDomain();
        var access = await CreateAsync(name);
        var status = await IsFailedAsync(name);
        var record = $"_acme-challenge.{name}. CNAME _acme-challenge.{access}.";
        Assert.Contains(record, (string)status["error"]!, StringComparison.Ordinal);
        var shown = Assert.Single(status["records"]!.AsArray())!;
        Assert.Equal(record, $"{shown["name"]} {shown["type"]} {shown["value"]}");
    }

    [Fact]
    public async Task A_certificate_is_renewed_under_200_handshakes_a_second_and_none_fails()
    {
        var name = Answers.FreshDomain();
        await stack.DelegateChallengeAsync(name);
        await CreateAsync(name);
        await AcceptedEverywhereAsync(name);
        var before = await FingerprintAsync(name);

        using var stop = new CancellationTokenSource();
        var begun = new StrongBox<int>();
        var load = HandshakesAsync(name, 200, begun, stop.Token);
        await Wait.UntilAsync("there is load", () => begun.Value > 100);
        // For this worker two thirds of the 90 days have passed.
        await using (await AcmeWorker.StartAsync(stack.Redis, stack.AcmeSettings, new ShiftedTime(TimeSpan.FromDays(65))))
        {
            await Wait.UntilAsync("another certificate is there", async () => await FingerprintAsync(name) != before, TimeSpan.FromSeconds(60));
        }
        var after = await FingerprintAsync(name);
        foreach (var node in Nodes)
        {
            await Wait.UntilAsync($"{node} shows it", async () =>
            {
                using var shown = await stack.Tls(node).HandshakeAsync(name);
                return Convert.ToHexStringLower(shown.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256)) == after;
            });
        }
        var renewed = begun.Value;
        await Wait.UntilAsync("there was load afterwards", () => begun.Value > renewed + 100);
        await stop.CancelAsync();
        Assert.Equal(0, await load);
    }

    [Fact]
    public async Task No_file_but_those_of_Redis_has_a_private_key_in_it_and_those_have_it_sealed()
    {
        var name = Answers.FreshDomain();
        await stack.DelegateChallengeAsync(name);
        await CreateAsync(name);
        await AcceptedEverywhereAsync(name);
        var (_, key) = (await new CertificateStore(stack.Redis, Stack.Sealing).FindWithKeyAsync(name))!.Value;
        var account = (await new AcmeAccountStore(stack.Redis, Stack.Sealing).FindAsync("pebble"))!.KeyPem;
        var secrets = new[] { key, account }.SelectMany(pem => Secrets(pem)).ToList();
        Assert.Contains("sealed:v1:", (string?)await stack.Redis.GetDatabase().HashGetAsync($"cdn:cert:{name}", "key"), StringComparison.Ordinal);

        var files = Directory.EnumerateFiles(stack.DataFolder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        });
        var searched = 0;
        foreach (var file in files.Where(f => !f.EndsWith(".sock", StringComparison.Ordinal)))
        {
            if (ReadAll(file) is not { } bytes)
                continue;
            searched++;
            Assert.False(secrets.Any(s => bytes.AsSpan().IndexOf(s) >= 0), $"{file} has a private key in it");
        }
        Assert.InRange(searched, 20, int.MaxValue);
    }

    // As PEM, and as the bytes that it stands for.
    private static IEnumerable<byte[]> Secrets(string pem)
    {
        var lines = pem.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[1..^1];
        yield return Encoding.ASCII.GetBytes(lines[1]);
        yield return Convert.FromBase64String(string.Concat(lines))[^64..];
    }

    private static byte[]? ReadAll(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone since it was listed, or a socket.
            return null;
        }
    }

    private async Task<string> CreateAsync(string name)
    {
        var created = await stack.Api.PostJsonAsync("/api/v1/domains", $$"""
            {"name":"{{name}}","origins":[{"scheme":"http","host":"127.0.0.1","port":{{stack.OriginPort}}}],"tls":{"certificate":"acme"} }
            """);
        return (string)(await created.ReadAsync(HttpStatusCode.Created))["accessName"]!;
    }

    private async Task AcceptedEverywhereAsync(string domain, string? name = null)
    {
        // In Redis, since the API limits how often one may ask.
        var statuses = new AcmeStatusStore(stack.Redis);
        await Wait.UntilAsync($"the certificate of {domain} is issued", async () =>
        {
            var status = await statuses.FindAsync(domain);
            Assert.True(status?.Phase != AcmePhase.Failed, $"{status}");
            return status?.Phase == AcmePhase.Issued;
            // Fifty who look all the time would take half of what the work has.
        }, TimeSpan.FromSeconds(60), pause: TimeSpan.FromMilliseconds(100));
        foreach (var node in Nodes)
            await Wait.UntilAsync($"{node} has the certificate of {domain}", () => stack.Tls(node).IsAcceptedAsync(name ?? domain));
    }

    private async Task<JsonNode> IsFailedAsync(string name)
    {
        await Wait.UntilAsync("the attempt has failed", async () => (string?)(await StatusAsync(name))["status"] == "failed");
        return await StatusAsync(name);
    }

    private async Task<JsonNode> StatusAsync(string name) =>
        await (await stack.Api.GetAsync($"/api/v1/domains/{Uri.EscapeDataString(name)}/acme")).ReadAsync(HttpStatusCode.OK);

    private async Task<string> FingerprintAsync(string name) =>
        (string)(await (await stack.Api.GetAsync($"/api/v1/domains/{name}/cert")).ReadAsync(HttpStatusCode.OK))["fingerprint"]!;

    // How many failed. So many are begun in a second, whether those before have ended or not.
    private async Task<int> HandshakesAsync(string name, int perSecond, StrongBox<int> begun, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var watch = Stopwatch.StartNew();
        var running = new List<Task<bool>>();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                for (; running.Count < watch.Elapsed.TotalSeconds * perSecond; begun.Value++)
                    running.Add(stack.Tls(Nodes[running.Count % Nodes.Length]).IsAcceptedAsync(name));
            }
        }
        catch (OperationCanceledException)
        {
        }
        return (await Task.WhenAll(running)).Count(accepted => !accepted);
    }

    private sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
