using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cirrus.Tests.Programs;
using Cirrus.Workers.Acme.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>Plays what Pebble can't: answers that are broken, late or too large, and what Pebble does not know yet. It checks nothing.</summary>
internal sealed class FaultyCa : IAsyncDisposable
{
    private readonly int _port = FreePort.Next();
    private readonly WorkFolder _folder = new();
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, Func<int, HttpContext, Task>> _answers = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();

    private FaultyCa()
    {
        var (chain, key) = TestCertificate.Make(["localhost"]);
        _certificate = X509Certificate2.CreateFromPem(chain, key);
        // The bundle may hold more than roots.
        File.WriteAllText(_folder.At("ca.pem"), chain);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port, listen => listen.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(AnswerAsync);
        _http = AcmeHttp.Create(_folder.At("ca.pem"));
        Client = ClientFor("/dir");
        On("/dir", (_, c) => c.Response.WriteAsync(Directory()));
    }

    public AcmeClient Client { get; }

    public AcmeAccount Account { get; private set; } = null!;

    /// <summary>The last signed request, as it came.</summary>
    public string LastRequest { get; private set; } = "";

    public static async Task<FaultyCa> StartAsync()
    {
        var ca = new FaultyCa();
        ca.Account = new AcmeAccount(ca.Url("/account/1"), AccountKey.Create());
        await ca._app.StartAsync();
        return ca;
    }

    public Uri Url(string path) => new($"https://localhost:{_port}{path}");

    public AcmeClient ClientFor(string directory, TimeProvider? time = null, int? port = null) =>
        new(_http, new UriBuilder(Url(directory)) { Port = port ?? _port }.Uri, time ?? TimeProvider.System, "Faulty CA");

    public string Directory(string more = "") => $$"""
        {"newNonce":"{{Url("/nonce")}}","newAccount":"{{Url("/account")}}","newOrder":"{{Url("/order")}}",
         "revokeCert":"{{Url("/revoke")}}","keyChange":"{{Url("/key")}}"{{more}}}
        """;

    /// <param name="answer">Gets how often the path was asked for, from 1.</param>
    public void On(string path, Func<int, HttpContext, Task> answer) => _answers[path] = answer;

    public int Asked(string path) => _asked.GetValueOrDefault(path);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
        _certificate.Dispose();
        _folder.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        using var reader = new StreamReader(context.Request.Body);
        if (await reader.ReadToEndAsync() is { Length: > 0 } request)
            LastRequest = request;
        if (path == "/nonce")
        {
            context.Response.Headers["Replay-Nonce"] = $"{Guid.NewGuid():N}";
            return;
        }
        await _answers[path](_asked.AddOrUpdate(path, 1, (_, n) => n + 1), context);
    }
}
