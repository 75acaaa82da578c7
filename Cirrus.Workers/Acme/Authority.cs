using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Acme;

/// <summary>An authority that can be asked.</summary>
internal sealed record Authority(AuthorityOptions Options, AcmeClient Client, OrderLedger Ledger)
{
    public string Name => Options.Name;

    /// <summary>The key of its options, for messages.</summary>
    public required string Key { get; init; }
}

/// <summary>The authorities that are configured, in the order of preference.</summary>
internal sealed class Authorities : IDisposable
{
    private readonly List<HttpClient> _clients = [];

    public Authorities(IOptions<AcmeOptions> options, IConnectionMultiplexer redis, TimeProvider time)
    {
        All = [.. options.Value.Authorities.Select((o, i) => Create(o, i, redis, time))];
    }

    public IReadOnlyList<Authority> All { get; }

    /// <summary>False: nothing can be ordered.</summary>
    public bool Any => All.Count > 0;

    public Authority? Find(string? name) => All.FirstOrDefault(a => a.Name == name);

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
        foreach (var authority in All)
            authority.Ledger.Dispose();
    }

    private Authority Create(AuthorityOptions options, int index, IConnectionMultiplexer redis, TimeProvider time)
    {
        var http = AcmeHttp.Create(string.IsNullOrEmpty(options.CaBundle) ? null : options.CaBundle);
        _clients.Add(http);
        return new Authority(
            options, new AcmeClient(http, options.Directory!, time, options.Name), new OrderLedger(redis, options.Name, options.Limits))
        {
            Key = $"{AcmeOptions.Section}:Authorities:{index}",
        };
    }
}
