using System.Text.Json.Serialization;

namespace Cirrus.Core.Domains;

/// <summary>A server the edge fetches from.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">Host name or IP address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Weight">Share of requests; 0: only when all others fail.</param>
public sealed record Origin(string Scheme, string Host, int Port, int Weight = 1)
{
    /// <summary>Asked only when all others have failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Backup { get; init; }

    /// <summary>What is sent as Host; absent: what the client sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HostHeader { get; init; }

    /// <summary>The name that is asked for by TLS (SNI) and that the certificate has to have.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ServerName { get; init; }

    /// <summary>Whether the origin's certificate is checked; so by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Verify { get; init; }
}

/// <summary>How edges deal with the origins of a domain.</summary>
public sealed record OriginPolicy
{
    /// <summary>Seconds to wait for a connection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ConnectTimeout { get; init; }

    /// <summary>Seconds to wait between two reads.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ReadTimeout { get; init; }

    /// <summary>Seconds to wait between two writes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SendTimeout { get; init; }

    /// <summary>How many origins are asked for one request at most.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempts { get; init; }

    /// <summary>Statuses after which another origin is asked, besides 502 and 504; 503 by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? RetryStatuses { get; init; }

    /// <summary>Connections are kept for further requests; so by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Keepalive { get; init; }

    /// <summary>One edge asks the origin for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Shield { get; init; }

    /// <summary>How edges find out which origins work; absent: only by the requests they send anyway.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthCheck? Health { get; init; }
}

/// <summary>Requests by which edges find out which origins work.</summary>
public sealed record HealthCheck
{
    /// <summary>Path, and query if any.</summary>
    public required string Path { get; init; }

    /// <summary>Seconds between two checks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Interval { get; init; }

    /// <summary>Seconds that an answer may take.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Timeout { get; init; }

    /// <summary>Failures in a row after which an origin is left alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? UnhealthyAfter { get; init; }

    /// <summary>Successes in a row after which it is asked again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HealthyAfter { get; init; }

    /// <summary>Statuses, such as 204, and classes, such as 2xx, that are a success.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Statuses { get; init; }
}
