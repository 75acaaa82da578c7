using System.ComponentModel.DataAnnotations;

namespace Cirrus.Workers.Edges;

/// <summary>Where every edge node listens, and as whom it reads Redis. Section <c>Edge</c>.</summary>
public sealed class EdgeOptions
{
    public const string Section = "Edge";

    /// <summary>Of the listener that clients use; probes go through it.</summary>
    [Range(1, 65535, ErrorMessage = "Edge:HttpPort must be between 1 and 65535.")]
    public int HttpPort { get; init; } = 8080;

    /// <summary>Of the listener that clients use by TLS; probes go through it too.</summary>
    [Range(1, 65535, ErrorMessage = "Edge:HttpsPort must be between 1 and 65535.")]
    public int HttpsPort { get; init; } = 8443;

    /// <summary>Of <c>/status</c>.</summary>
    [Range(1, 65535, ErrorMessage = "Edge:StatusPort must be between 1 and 65535.")]
    public int StatusPort { get; init; } = 9145;

    /// <summary>The Redis user that edges log in as.</summary>
    [Required(ErrorMessage = "Edge:RedisUser must not be empty.")]
    [RegularExpression("^(?!default$)[A-Za-z0-9_.-]+$",
        ErrorMessage = "Edge:RedisUser must consist of letters, digits, '_', '.' and '-', and must not be 'default'.")]
    public string RedisUser { get; init; } = "edge";

    /// <summary>Empty: no user is made, edges log in by other means or not at all.</summary>
    public string RedisPassword { get; init; } = "";
}
