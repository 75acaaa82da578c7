using System.ComponentModel.DataAnnotations;

namespace Cirrus.Core.Nodes;

/// <summary>Where every edge node listens. Section <c>Edge</c>.</summary>
public sealed class EdgePorts
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
}
