using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Tests.Programs;
using Cirrus.Workers.Acme.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>
/// Stands before Pebble, which takes its own address from the requests: so everything comes through here. Counts requests, holds those a test names, and
/// tells when to renew (RFC 9773), which Pebble does not.
/// </summary>
internal sealed class AcmeProxy : IAsyncDisposable
{
    private const string Renewals = "/renewal-info";
    private const string NewOrder = "/order-plz";

    private readonly WorkFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private readonly HttpClient _client;
    private readonly Uri _pebble;
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, JsonObject? Payload)> _requests = new();
    private volatile Hold? _hold;

    private AcmeProxy(Pebble pebble)
    {
        _pebble = new Uri(pebble.Directory, "/");
        _client = AcmeHttp.Create(pebble.CaBundle);
        var (chain, key) = TestCertificate.Make(["localhost"]);
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(chain);
        File.WriteAllText(CaBundle, certificates[1].ExportCertificatePem());

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, _port, listen => listen.UseHttps(
            X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(chain, key).Export(X509ContentType.Pkcs12), null))));
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public Uri Directory => new($"https://localhost:{_port}/dir");

    public string CaBundle => _folder.At("ca.pem");

    /// <summary>When it says certificates are to be renewed; null: it says nothing of that.</summary>
    public Func<string, (DateTimeOffset Start, DateTimeOffset End)>? Window { get; set; }

    /// <summary>What it asks its clients to wait before they ask again when to renew.</summary>
    public int RetryAfter { get; set; } = 21600;

    public static async Task<AcmeProxy> StartAsync(Pebble pebble)
    {
        var proxy = new AcmeProxy(pebble);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Orders that Pebble took for a name.</summary>
    public IReadOnlyList<JsonObject> Orders(string name) =>
        [.. _requests.Where(r => r.Path == NewOrder).Select(r => r.Payload!).Where(p => p.ToJsonString().Contains($"\"{name}\"", StringComparison.Ordinal))];

    public int Count(string path) => _requests.Count(r => r.Path.StartsWith(path, StringComparison.Ordinal));

    /// <summary>Holds the next request whose path begins so until <see cref="Hold.Release"/>.</summary>
    /// <param name="answered">Pebble gets it, and its answer is held: that of the first one it takes, for it refuses some nonces at random.</param>
    public Hold HoldNext(string path, bool answered = false) => _hold = new Hold(path, answered);

    public async ValueTask DisposeAsync()
    {
        _hold?.Release();
        await _app.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        await HoldAsync(path, answered: false, context.RequestAborted);
        if (Window is { } window && path.StartsWith(Renewals, StringComparison.Ordinal))
        {
            await TellAsync(context, window(path[(Renewals.Length + 1)..]));
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using var request = Request(context, body.ToArray());
        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(request, context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            // As a client sees a CA that is down.
            context.Abort();
            return;
        }
        using (response)
        {
            if (response.IsSuccessStatusCode)
            {
                _requests.Enqueue((path, Payload(body.ToArray())));
                await HoldAsync(path, answered: true, context.RequestAborted);
            }
            await AnswerAsync(context, response, path);
        }
    }

    private async Task HoldAsync(string path, bool answered, CancellationToken aborted)
    {
        if (_hold is { } hold && hold.Answered == answered && path.StartsWith(hold.Path, StringComparison.Ordinal) && hold.Take())
            await hold.WaitAsync(aborted);
    }

    private HttpRequestMessage Request(HttpContext context, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_pebble, context.Request.Path.Value));
        request.Headers.Host = context.Request.Host.Value;
        request.Headers.UserAgent.ParseAdd(context.Request.Headers.UserAgent);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        return request;
    }

    private async Task AnswerAsync(HttpContext context, HttpResponseMessage response, string path)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var header in response.Headers.Concat(response.Content.Headers).Where(h => h.Key is "Replay-Nonce" or "Location" or "Link" or "Retry-After" or "Content-Type"))
            context.Response.Headers[header.Key] = header.Value.ToArray();
        var content = await response.Content.ReadAsByteArrayAsync();
        if (path == "/dir" && Window is not null)
        {
            var directory = JsonNode.Parse(content)!.AsObject();
            directory["renewalInfo"] = $"https://localhost:{_port}{Renewals}";
            content = Encoding.UTF8.GetBytes(directory.ToJsonString());
        }
        await context.Response.Body.WriteAsync(content);
    }

    private async Task TellAsync(HttpContext context, (DateTimeOffset Start, DateTimeOffset End) window)
    {
        _requests.Enqueue((context.Request.Path.Value!, null));
        context.Response.Headers.RetryAfter = $"{RetryAfter}";
        await context.Response.WriteAsJsonAsync(new { suggestedWindow = new { start = window.Start, end = window.End }, explanationURL = "https://ca.example/why" });
    }

    private static JsonObject? Payload(byte[] jws)
    {
        if (jws.Length == 0)
            return null;
        var payload = (string)JsonNode.Parse(jws)!["payload"]!;
        return payload.Length == 0 ? null : JsonNode.Parse(Base64Url.DecodeFromChars(payload)) as JsonObject;
    }

    internal sealed class Hold(string path, bool answered)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _taken;

        public string Path => path;

        public bool Answered => answered;

        /// <summary>Completes when a request is held.</summary>
        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Release() => _released.TrySetResult();

        public bool Take() => Interlocked.Exchange(ref _taken, 1) == 0;

        public async Task WaitAsync(CancellationToken cancellation)
        {
            _reached.TrySetResult();
            await _released.Task.WaitAsync(cancellation);
        }
    }
}
