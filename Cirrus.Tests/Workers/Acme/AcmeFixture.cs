using System.Security.Cryptography.X509Certificates;
using Cirrus.Core.Acme;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>Redis, Pebble behind a proxy, and a name server with the challenges. Each test has domains of its own.</summary>
internal sealed class AcmeFixture : IAsyncDisposable
{
    public const string Zone = "cdn.local.test";
    public const string Authority = "pebble";
    public static readonly Actor Actor = new("test");

    /// <summary>How long a worker that is killed is not replaced; one that has just started may lose a shorter lease before.</summary>
    public static readonly TimeSpan KilledLease = TimeSpan.FromSeconds(6);

    private AcmeFixture(RedisServer server, IConnectionMultiplexer connection)
    {
        Server = server;
        Connection = connection;
        Domains = new DomainStore(connection);
        Sealing = KeySealing.Parse(null);
        Certificates = new CertificateStore(connection, Sealing);
        Statuses = new AcmeStatusStore(connection);
        Tasks = new AcmeTaskStore(connection, Sealing);
        Challenges = new ChallengeStore(connection);
        Log = new ChangeLog(connection, NullLogger<ChangeLog>.Instance);
    }

    public RedisServer Server { get; }
    public IConnectionMultiplexer Connection { get; }
    public IDatabase Db => Connection.GetDatabase();
    public ChallengeServer Names { get; private set; } = null!;
    public ChallengeMirror Mirror { get; private set; } = null!;
    public Pebble Pebble { get; private set; } = null!;
    public AcmeProxy Proxy { get; private set; } = null!;
    public KeySealing Sealing { get; }
    public DomainStore Domains { get; }
    public CertificateStore Certificates { get; }
    public AcmeStatusStore Statuses { get; }
    public AcmeTaskStore Tasks { get; }
    public ChallengeStore Challenges { get; }
    public ChangeLog Log { get; }

    public static async Task<AcmeFixture> StartAsync(PebbleOptions? pebble = null)
    {
        var server = await RedisServer.StartAsync();
        var fixture = new AcmeFixture(server, await server.ConnectAsync());
        fixture.Names = await ChallengeServer.StartAsync();
        fixture.Mirror = await ChallengeMirror.StartAsync(fixture.Connection, fixture.Log, fixture.Names, Zone);
        fixture.Pebble = await Pebble.StartAsync(fixture.Names.Dns, pebble);
        fixture.Proxy = await AcmeProxy.StartAsync(fixture.Pebble);
        return fixture;
    }

    /// <summary>Settings of a worker that knows Pebble through the proxy; later ones win.</summary>
    public Dictionary<string, string?> Settings(params (string Name, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Zone__Name"] = Zone,
            ["Acme__Authorities__0__Name"] = Authority,
            ["Acme__Authorities__0__Directory"] = Proxy.Directory.ToString(),
            ["Acme__Authorities__0__CaBundle"] = Proxy.CaBundle,
            ["Acme__Authorities__0__TermsOfServiceAgreed"] = "true",
            ["Acme__Resolver"] = Names.Dns,
            ["Acme__Lease"] = "00:00:10",
            ["Acme__SecondariesTimeout"] = "00:00:20",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    public Task<AcmeWorker> StartWorkerAsync(params (string Name, string? Value)[] more) => AcmeWorker.StartAsync(Connection, Settings(more));

    /// <summary>A worker as a process of its own, to be killed: it is replaced soon.</summary>
    public ChildProcess StartProcess(params (string Name, string? Value)[] more)
    {
        var environment = Settings([("Acme__Lease", $"{KilledLease}"), .. more]).ToDictionary(s => s.Key, s => s.Value!);
        environment["ConnectionStrings__redis"] = Server.ConnectionString;
        environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}";
        return ChildProcess.Start("dotnet", "dotnet-sdk-10.0", [Path.Combine(AppContext.BaseDirectory, "Cirrus.Workers.dll")], environment);
    }

    public static string NewName() => $"www.{Guid.NewGuid().ToString("N")[..12]}.test";

    /// <summary>A domain that wants a certificate, with its customer's CNAME.</summary>
    public async Task<string> AddDomainAsync(string? name = null, bool cname = true, params string[] alternatives)
    {
        name ??= NewName();
        foreach (var identifier in alternatives.Prepend(name).Select(n => n.Replace("*.", "", StringComparison.Ordinal)).Distinct())
        {
            if (cname)
                await AddCnameAsync(identifier);
        }
        await WriteDomainAsync(name, new DomainTls { Certificate = CertificateOrigin.Acme, AlternativeNames = alternatives });
        return name;
    }

    public Task AddCnameAsync(string identifier) =>
        Names.SetCnameAsync($"_acme-challenge.{identifier}", $"_acme-challenge.{AccessName.For(identifier, Zone)}");

    public async Task WriteDomainAsync(string name, DomainTls tls)
    {
        var stored = await Domains.FindAsync(name);
        var domain = new CdnDomain
        {
            Name = name,
            Origins = [new Origin("http", "127.0.0.1", 9000)],
            CacheEnable = true,
            Tls = tls,
            Revision = (stored?.Revision ?? 0) + 1,
        };
        Assert.True((await Domains.PutAsync(domain, Actor)).Accepted);
    }

    public Task<bool> QueueAsync(string domain) => Statuses.QueueAsync(domain, "test", DateTimeOffset.UtcNow);

    public async Task<AcmeStatus> UntilAsync(string domain, Func<AcmeStatus, bool> condition, Func<string>? output = null)
    {
        AcmeStatus? last = null;
        try
        {
            await Wait.UntilAsync($"{domain} comes so far", async () => (last = await Statuses.FindAsync(domain)) is { } status && condition(status));
        }
        catch (Xunit.Sdk.XunitException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{last}\n{output?.Invoke()}");
        }
        return last!;
    }

    public Task<AcmeStatus> UntilIssuedAsync(string domain, Func<string>? output = null) =>
        UntilAsync(domain, s => s.Phase == AcmePhase.Issued, output);

    /// <summary>The leaf that is served, after a look whether its key fits.</summary>
    public async Task<X509Certificate2> LeafAsync(string domain)
    {
        var (chain, key) = (await Certificates.FindWithKeyAsync(domain))!.Value;
        return X509Certificate2.CreateFromPem(chain, key);
    }

    /// <summary>Nothing of an order is left in Redis.</summary>
    public async Task RequireCleanAsync(string domain)
    {
        Assert.Null(await Tasks.FindAsync(domain));
        Assert.Null(await Tasks.FindKeyAsync(domain));
        Assert.DoesNotContain(await Challenges.ListAsync(), c => c.Domain == domain);
        await Wait.UntilAsync("the lease is given up", async () => !await Db.KeyExistsAsync($"cdn:acme:lock:{domain}"));
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Pebble.DisposeAsync();
        await Mirror.DisposeAsync();
        await Names.DisposeAsync();
        await Connection.DisposeAsync();
        await Server.DisposeAsync();
    }
}
