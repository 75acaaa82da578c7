using System.Text.Json.Serialization;

namespace Cirrus.Core.Domains;

/// <summary>Which pages of other origins may read responses (Cross-Origin Resource Sharing).</summary>
public sealed record Cors
{
    /// <summary><c>https://app.example.com</c>, <c>https://*.example.com</c>, whose <c>*</c> stands for one label, or <c>*</c> for all.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Methods that a page may use; GET, HEAD and POST by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Header fields that a page may send.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>Header fields that a page may read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ExposeHeaders { get; init; }

    /// <summary>A page may send cookies along.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Credentials { get; init; }

    /// <summary>Seconds that a browser may remember the answer to a preflight; 600 by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAge { get; init; }
}
