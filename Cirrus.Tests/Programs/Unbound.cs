namespace Cirrus.Tests.Programs;

/// <summary>A real unbound on a free port, in the place of the Internet's resolvers: knows Cirrus's zone and the CNAMEs of customers.</summary>
internal sealed class Unbound : IAsyncDisposable
{
    private const string Package = "unbound";

    private readonly WorkFolder _folder = new();
    private readonly ChildProcess _process;

    private Unbound(string zone, IEnumerable<int> nameServers) => _process = ChildProcess.Start(
        Repository.At("deploy/unbound/bin/resolver"), Package, [],
        new Dictionary<string, string>
        {
            ["CIRRUS_RESOLVER_LISTEN"] = "127.0.0.1",
            ["CIRRUS_RESOLVER_PORT"] = $"{Port}",
            ["CIRRUS_RESOLVER_ZONE"] = zone,
            ["CIRRUS_RESOLVER_SERVERS"] = string.Join(' ', nameServers.Select(port => $"127.0.0.1@{port}")),
            ["CIRRUS_RESOLVER_DATA"] = _folder.Path,
        });

    public int Port { get; } = FreePort.Next();

    /// <summary>For <c>Acme:Resolver</c>, and for Pebble.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <param name="nameServers">Ports on 127.0.0.1 of those who serve the zone; they may come later.</param>
    public static async Task<Unbound> StartAsync(string zone, params IEnumerable<int> nameServers)
    {
        var unbound = new Unbound(zone, nameServers);
        try
        {
            await Wait.UntilAsync("unbound answers", unbound.IsUpAsync);
            return unbound;
        }
        catch
        {
            await unbound.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a customer's CNAME, or gives it another target; seen by the next question.</summary>
    public Task AddCnameAsync(string name, string target) => CustomerAsync(_folder.Path, name, target);

    /// <summary>Takes a customer's CNAME away again.</summary>
    public Task RemoveCnameAsync(string name) => CustomerAsync(_folder.Path, name);

    /// <summary>The data of all its answers to a question, a CNAME's target among them, sorted; empty when the name does not exist.</summary>
    public Task<IReadOnlyList<string>> AnswersAsync(string name, string type) => Dig.ResolveAsync(Port, name, type);

    /// <summary>Changes the CNAMEs of a resolver that something else has started, such as the AppHost.</summary>
    /// <param name="data">Its data folder.</param>
    public static async Task CustomerAsync(string data, params string[] nameAndTarget)
    {
        await using var customer = ChildProcess.Start(
            Repository.At("deploy/unbound/bin/customer"), Package, nameAndTarget, new Dictionary<string, string> { ["CIRRUS_RESOLVER_DATA"] = data });
        Assert.True(await customer.WaitForExitAsync() == 0, customer.Output);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> IsUpAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"unbound ended: {_process.Output}");
        // Its own name, which needs no name server.
        return (await AnswersAsync("localhost", "A")).Count == 1;
    }
}
