using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Transfers;

/// <summary>Where the secondaries are. Host names are resolved at use, and an answer is kept for some seconds, or while there is no newer one.</summary>
internal sealed partial class SecondaryAddresses(IOptions<DnsOptions> options, TimeProvider time, ILogger<SecondaryAddresses> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly ConcurrentDictionary<string, (IReadOnlyList<IPAddress> Addresses, long At)> _resolved = new();
    private readonly IReadOnlyList<IPNetwork> _configured =
        [.. options.Value.TransferFrom.Select(t => TransferAcl.TryParse(t, out var network) ? network.Value : default)];

    /// <summary>The addresses of a secondary; none while its name can't be resolved.</summary>
    public async Task<IReadOnlyList<IPAddress>> OfAsync(SecondaryOptions secondary)
    {
        if (IPAddress.TryParse(secondary.Address, out var literal))
            return [literal];
        var isKnown = _resolved.TryGetValue(secondary.Address, out var known);
        if (isKnown && time.GetElapsedTime(known.At) < Kept)
            return known.Addresses;
        var addresses = await TryResolveAsync(secondary.Address) ?? (isKnown ? known.Addresses : []);
        _resolved[secondary.Address] = (addresses, time.GetTimestamp());
        return addresses;
    }

    /// <summary>Whether a client may transfer the zone.</summary>
    /// <param name="key">With which it signed; null: it did not.</param>
    public async Task<bool> MayTransferAsync(IPAddress client, string? key)
    {
        var needsKey = options.Value.TsigKeys.Count > 0;
        if (needsKey && key is null)
            return false;
        if (TransferAcl.Allows(_configured, client))
            return true;
        var addresses = await Task.WhenAll(options.Value.Secondaries.Where(s => !needsKey || s.TsigKey == key).Select(OfAsync));
        return TransferAcl.Allows(addresses.SelectMany(a => a).Select(TransferAcl.Single), client);
    }

    /// <summary>From where the zone may be transferred, as far as it is known at this moment, without resolving anything.</summary>
    public IEnumerable<IPNetwork> KnownToTransfer() =>
        [.. _configured, .. options.Value.Secondaries.SelectMany(Known).Select(TransferAcl.Single)];

    /// <summary>The zone's name servers.</summary>
    public async Task<IReadOnlyList<NameServer>> NameServersAsync() =>
        await Task.WhenAll(options.Value.Secondaries.Select(async s => NameServerOf(s, s.Glue.Count > 0 ? [] : await OfAsync(s))));

    /// <summary>The same as far as it is known at this moment, without resolving anything.</summary>
    public IReadOnlyList<NameServer> KnownNameServers() => [.. options.Value.Secondaries.Select(s => NameServerOf(s, Known(s)))];

    private static NameServer NameServerOf(SecondaryOptions secondary, IReadOnlyList<IPAddress> addresses) =>
        new(secondary.Name, secondary.Glue.Count > 0 ? [.. secondary.Glue.Select(IPAddress.Parse)] : addresses);

    private IReadOnlyList<IPAddress> Known(SecondaryOptions secondary) =>
        IPAddress.TryParse(secondary.Address, out var literal) ? [literal]
        : _resolved.TryGetValue(secondary.Address, out var known) ? known.Addresses
        : [];

    private async Task<IReadOnlyList<IPAddress>?> TryResolveAsync(string name)
    {
        try
        {
            // The first is the one that is used, and IPv4 is there more often than not where a name has both.
            return [.. (await System.Net.Dns.GetHostAddressesAsync(name)).OrderBy(a => a.AddressFamily)];
        }
        catch (SocketException e)
        {
            LogUnresolved(name, e.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The secondary's host name {Name} can't be resolved: {Reason}")]
    private partial void LogUnresolved(string name, string reason);
}
