using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cirrus.Tests.Api;
using Cirrus.Tests.Edge;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.EndToEnd;

/// <summary>A domain that is changed and purged, and what a node must not fall behind once a receipt says that everybody has it.</summary>
internal sealed class ChangingDomain(Stack stack, OriginServer origin, string name)
{
    private readonly List<string> _certificates = [];
    private int _revision;
    private int _certificate;
    private Floor _floor = new(0, 0, 0);

    /// <summary>What is to be seen of it at least: its revision, the number of the request that its object was fetched by, its certificate.</summary>
    public sealed record Floor(int Revision, int Request, int Certificate);

    public string Access { get; private set; } = "";

    /// <summary>As of now; what is asked for afterwards must not be older.</summary>
    public Floor Now => Volatile.Read(ref _floor);

    public async Task CreateAsync()
    {
        var created = await stack.Api.PostJsonAsync("/api/v1/domains", Document(++_revision));
        Access = (string)(await created.ReadAsync(HttpStatusCode.Created))["accessName"]!;
        await SettleAsync(created, f => f with { Revision = _revision });
        await CertifyAsync();
    }

    public async Task ReviseAsync()
    {
        var revision = ++_revision;
        await SettleAsync(await stack.Api.PutJsonAsync($"/api/v1/domains/{name}", Document(revision)), f => f with { Revision = revision });
    }

    public async Task PurgeAsync()
    {
        // Whatever was fetched by now is purged by what follows.
        var request = origin.Requests;
        var purge = await stack.Api.PostJsonAsync("/api/v1/purge", $$"""{"domain":"{{name}}","everything":true}""");
        await SettleAsync(purge, f => f with { Request = request });
    }

    public async Task CertifyAsync()
    {
        var (fullchain, key) = TestCertificate.Make([name]);
        using var certificate = X509Certificate2.CreateFromPem(fullchain);
        lock (_certificates)
            _certificates.Add(certificate.Thumbprint);
        var number = ++_certificate;
        var body = JsonSerializer.Serialize(new { fullchainPem = fullchain, keyPem = key });
        await SettleAsync(await stack.Api.PutJsonAsync($"/api/v1/domains/{name}/cert", body), f => f with { Certificate = number });
    }

    /// <summary>What a node shows of it; null when it does not answer.</summary>
    public async Task<Floor?> SeenAtAsync(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, stack.EdgeUrl(address));
        request.Headers.Host = name;
        try
        {
            using var response = await client.SendAsync(request);
            if (response.StatusCode != HttpStatusCode.OK)
                return response.StatusCode == HttpStatusCode.NotFound ? new Floor(0, 0, 0) : null;
            var revision = int.Parse(response.Headers.GetValues("X-Revision").Single(), CultureInfo.InvariantCulture);
            var number = (await response.Content.ReadAsStringAsync()).Split(' ')[^1];
            return new Floor(revision, int.Parse(number, CultureInfo.InvariantCulture), 0);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>Which of its certificates a node shows; 0: none, null when it does not answer.</summary>
    public async Task<int?> CertificateAtAsync(string address)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            using var shown = await new TlsClient(address, stack.HttpsPort, null).HandshakeAsync(name, limit.Token);
            lock (_certificates)
                return _certificates.IndexOf(shown.Thumbprint) + 1;
        }
        catch (AuthenticationException)
        {
            return 0;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    // A change that nobody is known to have yet is none to be seen.
    private async Task SettleAsync(HttpResponseMessage written, Func<Floor, Floor> raise)
    {
        Assert.True(written.IsSuccessStatusCode, await written.Content.ReadAsStringAsync());
        if (await stack.IsAppliedAsync(written.Change()))
            Volatile.Write(ref _floor, raise(_floor));
    }

    private string Document(int revision) => $$"""
        {"name":"{{name}}","origins":[{"scheme":"http","host":"127.0.0.1","port":{{origin.Port}},"weight":1}],"cacheEnable":true,
         "rules":[{"path":"^/","ttl":600,"methods":["GET","HEAD"]}],"tls":{"certificate":"own"},
         "headers":{"response":[{"action":"set","name":"X-Revision","value":"{{revision}}"}]} }
        """;
}
