using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>A server the edge fetches from.</summary>
public sealed record OriginRequest
{
    /// <summary><c>http</c> or <c>https</c>.</summary>
    [Required(ErrorMessage = "A scheme is required: http or https.")]
    [RegularExpression("^https?$", ErrorMessage = "The scheme is http or https.")]
    public string? Scheme { get; init; }

    /// <summary>Host name or IP address.</summary>
    [Required(ErrorMessage = "A host is required."), OriginHost]
    public string? Host { get; init; }

    [Required(ErrorMessage = "A port is required.")]
    [Range(1, 65535, ErrorMessage = "A port is between 1 and 65535.")]
    public int? Port { get; init; }

    /// <summary>Share of requests, default 1; 0: only when all others fail.</summary>
    [Range(0, 1000, ErrorMessage = "A weight is between 0 and 1000.")]
    public int? Weight { get; init; }

    internal Origin ToOrigin()
    {
        // The textual form of an address is made uniform too, so that equal origins are equal text.
        if (IpLiteral.TryParse(Host, out var address))
            return new Origin(Scheme!, address.ToString(), Port!.Value, Weight ?? 1);
        HostName.NormaliseHost(Host!, out var name);
        return new Origin(Scheme!, name, Port!.Value, Weight ?? 1);
    }
}
