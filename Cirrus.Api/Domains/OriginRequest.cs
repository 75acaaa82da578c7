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

    /// <summary>Asked only when all others have failed; default false.</summary>
    public bool? Backup { get; init; }

    /// <summary>What is sent as Host, with a port if need be; left out: what the client sent.</summary>
    [HostHeader]
    public string? HostHeader { get; init; }

    /// <summary>The name that is asked for by TLS (SNI) and that the certificate has to have; left out: the host, of an address that of the request.</summary>
    [ServerName]
    public string? ServerName { get; init; }

    /// <summary>Whether the certificate of an origin with <c>https</c> is checked; default true.</summary>
    public bool? Verify { get; init; }

    /// <summary>Whether it is asked before others have failed.</summary>
    internal bool IsFirstChoice => Weight != 0 && Backup != true;

    internal Origin ToOrigin() => new(Scheme!, NormalHost(), Port!.Value, Weight ?? 1)
    {
        Backup = Backup,
        HostHeader = HostHeader is null ? null : Normal(HostHeader, Authority.Normalise),
        ServerName = ServerName is null ? null : Normal(ServerName, HostName.NormaliseHost),
        Verify = Verify,
    };

    // The textual form of an address is made uniform too, so that equal origins are equal text.
    private string NormalHost() => IpLiteral.TryParse(Host, out var address) ? address.ToString() : Normal(Host!, HostName.NormaliseHost);

    private static string Normal(string text, NormalForm form)
    {
        form(text, out var normal);
        return normal;
    }
}
