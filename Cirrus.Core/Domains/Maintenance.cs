using System.Text.Json.Serialization;

namespace Cirrus.Core.Domains;

/// <summary>A page in place of everything.</summary>
public sealed record Maintenance
{
    /// <summary>False: all is as if this were absent.</summary>
    public required bool Enabled { get; init; }

    /// <summary>503 by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Status { get; init; }

    /// <summary>Seconds, sent as Retry-After.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfter { get; init; }

    /// <summary>What is answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Body { get; init; }

    /// <summary>Of the body; <c>text/html; charset=utf-8</c> by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContentType { get; init; }

    /// <summary>Networks whose clients are served all the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Allow { get; init; }
}
