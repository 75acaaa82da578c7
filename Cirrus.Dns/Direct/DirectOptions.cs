using System.ComponentModel.DataAnnotations;

namespace Cirrus.Dns.Direct;

/// <summary>Answering clients without secondaries. Section <c>Dns:Direct</c>.</summary>
public sealed class DirectOptions
{
    public const string Section = "Dns:Direct";

    /// <summary>Address and port for clients' queries by UDP and TCP; null: none are answered directly.</summary>
    public string? Listen { get; init; }

    /// <summary>How many sockets, each with a thread of its own, share the UDP port.</summary>
    [Range(1, 64, ErrorMessage = "Dns:Direct:Sockets must be between 1 and 64.")]
    public int Sockets { get; init; } = 1;

    /// <summary>How many alike answers a network (/24, /56) gets in a second by UDP; 0: no limit.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Dns:Direct:RateLimit must be between 0 and 1000000.")]
    public int RateLimit { get; init; } = 200;

    /// <summary>Of the answers above the limit every so many-th goes out, truncated; 0: none.</summary>
    [Range(0, 10, ErrorMessage = "Dns:Direct:Slip must be between 0 and 10.")]
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
