namespace Cirrus.Dns.Direct;

/// <summary>Answering clients without secondaries. Section <c>Dns:Direct</c>.</summary>
public sealed class DirectOptions
{
    /// <summary>Address and port for clients' queries by UDP and TCP; null: none are answered directly.</summary>
    public string? Listen { get; init; }

    /// <summary>Name servers of the zone that answer directly, besides the secondaries.</summary>
    public IReadOnlyList<DirectServerOptions> Servers { get; init; } = [];

    /// <summary>How many sockets, each with a thread of its own, share the UDP port: 1 to 64.</summary>
    public int Sockets { get; init; } = 1;

    /// <summary>How many alike answers a network (/24, /56) gets in a second by UDP, up to a million; 0: no limit.</summary>
    public int RateLimit { get; init; } = 200;

    /// <summary>Of the answers above the limit every so many-th goes out, truncated; up to 10; 0: none.</summary>
    public int Slip { get; init; } = 2;

    /// <summary>16 octets each, in hexadecimal digits; the first makes DNS cookies, all are taken. None: made up at each start.</summary>
    public IReadOnlyList<string> CookieSecrets { get; init; } = [];

    /// <summary>A file in MaxMind's format that tells the country or continent of addresses; null: all clients get the same answer.</summary>
    public string? Database { get; init; }

    /// <summary>Regions of nodes by country code (ISO 3166-1), such as <c>DE</c>. They go before <see cref="Continents"/>.</summary>
    public IReadOnlyDictionary<string, string> Countries { get; init; } = new Dictionary<string, string>();

    /// <summary>Regions of nodes by continent code: AF, AN, AS, EU, NA, OC, SA.</summary>
    public IReadOnlyDictionary<string, string> Continents { get; init; } = new Dictionary<string, string>();
}

/// <summary>A name server of the zone that is a Cirrus.Dns.</summary>
public sealed class DirectServerOptions
{
    /// <summary>Its label under the zone, such as <c>ns1</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its public IP addresses, at least one.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}
