using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cirrus.Tests.Programs;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>A real CA, a name server it asks, and our client.</summary>
internal sealed class AcmeStack : IAsyncDisposable
{
    public const string Contact = "ops@example.com";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    private AcmeStack(ChallengeServer dns, Pebble pebble)
    {
        Dns = dns;
        Pebble = pebble;
        _http = AcmeHttp.Create(pebble.CaBundle);
        Client = new AcmeClient(_http, pebble.Directory, TimeProvider.System, "Pebble");
    }

    public ChallengeServer Dns { get; }
    public Pebble Pebble { get; }
    public AcmeClient Client { get; }

    public static async Task<AcmeStack> StartAsync(PebbleOptions? options = null)
    {
        var dns = await ChallengeServer.StartAsync();
        try
        {
            return new AcmeStack(dns, await Pebble.StartAsync(dns.Dns, options));
        }
        catch
        {
            await dns.DisposeAsync();
            throw;
        }
    }

    /// <summary>A name nobody else uses.</summary>
    public static string Name() => $"{Guid.NewGuid():N}.example.com";

    public Task<AcmeAccount> NewAccountAsync() =>
        Client.CreateAccountAsync(AccountKey.Create(), [Contact], termsAgreed: true, null, default);

    /// <summary>Proves all names of an order.</summary>
    public async Task ProveAsync(AcmeAccount account, AcmeOrder order)
    {
        foreach (var url in order.Authorizations)
        {
            var authorization = await Client.GetAuthorizationAsync(account, url, default);
            if (authorization.Status == AuthorizationStatus.Valid)
                continue;
            await Dns.AddTxtAsync($"_acme-challenge.{authorization.Name}", account.Key.TxtValue(authorization.Dns01!.Token));
            await Client.RespondAsync(account, authorization.Dns01, default);
            var proven = await Client.WaitForAuthorizationAsync(account, url, Patience, default);
            Assert.True(proven.Status == AuthorizationStatus.Valid, proven.Error?.InWords("It is not valid"));
        }
    }

    /// <summary>An order from its beginning to its end.</summary>
    public async Task<AcmeOrder> OrderAsync(AcmeAccount account, AsymmetricAlgorithm key, params string[] names)
    {
        var order = await Client.NewOrderAsync(account, names, null, default);
        await ProveAsync(account, order);
        Assert.Equal(OrderStatus.Ready, (await Client.WaitForOrderAsync(account, order.Url, Patience, default)).Status);
        await Client.FinalizeAsync(account, order, CertificateRequests.Create(key, names), default);
        return await Client.WaitForOrderAsync(account, order.Url, Patience, default);
    }

    public async Task<X509Certificate2> IssueAsync(AcmeAccount account, AsymmetricAlgorithm key, params string[] names)
    {
        var order = await OrderAsync(account, key, names);
        return X509Certificate2.CreateFromPem((await Client.DownloadAsync(account, order.Certificate!, null, default)).Pem);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Pebble.DisposeAsync();
        await Dns.DisposeAsync();
    }
}
