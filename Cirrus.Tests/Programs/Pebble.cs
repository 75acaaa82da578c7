using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Cirrus.Tests.Programs;

/// <summary>A real ACME CA, on free ports, that forgets everything when it ends.</summary>
internal sealed class Pebble : IAsyncDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private readonly int _managementPort = FreePort.Next();
    private readonly string _dns;
    private readonly PebbleOptions _options;
    private readonly HttpClient _client;
    private ChildProcess? _process;

    private Pebble(string dns, PebbleOptions options)
    {
        _dns = dns;
        _options = options;
        var (chain, key) = TestCertificate.Make(["localhost"]);
        File.WriteAllText(_folder.At("tls.pem"), chain);
        File.WriteAllText(_folder.At("tls.key"), key);
        File.WriteAllText(_folder.At("pebble.json"), Configuration());

        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(chain);
        File.WriteAllText(CaBundle, certificates[1].ExportCertificatePem());
        var own = certificates[0].RawData;
        _client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetRawCertData().AsSpan().SequenceEqual(own) == true,
            },
        });
    }

    public Uri Directory => new($"https://localhost:{_port}/dir");

    /// <summary>PEM file with the root that its own TLS certificate leads to.</summary>
    public string CaBundle => _folder.At("ca.pem");

    public string Output => _process!.Output;

    /// <param name="dns">Address and port of the name server that validations ask.</param>
    public static async Task<Pebble> StartAsync(string dns, PebbleOptions? options = null)
    {
        var pebble = new Pebble(dns, options ?? new PebbleOptions());
        try
        {
            await pebble.RestartAsync();
            return pebble;
        }
        catch
        {
            await pebble.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again at the same address: accounts, orders and roots are new.</summary>
    public async Task RestartAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = ChildProcess.Start(
            "pebble", "pebble", ["-config", _folder.At("pebble.json"), "-dnsserver", _dns, $"-strict={_options.Strict}"], Environment());
        await Wait.UntilAsync("pebble answers", AnswersAsync);
    }

    /// <summary>Ends it without warning.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Freezes it: connections are accepted, nothing answers.</summary>
    public void Freeze() => _process!.SignalGroup(Signals.Stop);

    public void Thaw() => _process!.SignalGroup(Signals.Continue);

    /// <summary>A root of the certificates it issues, in PEM; 0 is that of the default chain, others are of alternates.</summary>
    public Task<string> RootAsync(int chain = 0) => _client.GetStringAsync(Management($"roots/{chain}"));

    public Task<string> IntermediateAsync(int chain = 0) => _client.GetStringAsync(Management($"intermediates/{chain}"));

    /// <summary>What it knows of a certificate: <c>Status</c> is Valid or Revoked, <c>Reason</c> a number.</summary>
    public async Task<JsonElement> StatusAsync(X509Certificate2 certificate)
    {
        var serial = certificate.SerialNumber.TrimStart('0').ToLowerInvariant();
        return JsonElement.Parse(await _client.GetStringAsync(Management($"cert-status-by-serial/{serial}")));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private Uri Management(string path) => new($"https://localhost:{_managementPort}/{path}");

    private string Configuration() => JsonSerializer.Serialize(new
    {
        pebble = new
        {
            listenAddress = $"127.0.0.1:{_port}",
            managementListenAddress = $"127.0.0.1:{_managementPort}",
            certificate = _folder.At("tls.pem"),
            privateKey = _folder.At("tls.key"),
            httpPort = 5002,
            tlsPort = 5001,
            externalAccountBindingRequired = _options.ExternalAccounts.Count > 0,
            externalAccountMACKeys = _options.ExternalAccounts,
            domainBlocklist = _options.Blocked,
            certificateValidityPeriod = (long)(_options.CertificateValidity ?? TimeSpan.Zero).TotalSeconds,
        },
    });

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>
        {
            ["PEBBLE_WFE_NONCEREJECT"] = $"{_options.NonceRejection}",
            ["PEBBLE_AUTHZREUSE"] = $"{_options.AuthorizationReuse}",
            ["PEBBLE_ALTERNATE_ROOTS"] = $"{_options.AlternateRoots}",
            ["PEBBLE_CHAIN_LENGTH"] = $"{_options.ChainLength}",
        };
        if (_options.ValidationSleep is { } sleep)
            environment["PEBBLE_VA_SLEEPTIME"] = $"{sleep}";
        else
            environment["PEBBLE_VA_NOSLEEP"] = "1";
        if (_options.AlwaysValid)
            environment["PEBBLE_VA_ALWAYS_VALID"] = "1";
        return environment;
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"pebble ended: {_process.Output}");
        try
        {
            using var directory = await _client.GetAsync(Directory);
            using var management = await _client.GetAsync(Management("roots/0"));
            return directory.IsSuccessStatusCode && management.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
