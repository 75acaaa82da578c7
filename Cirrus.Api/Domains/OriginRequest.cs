using System.ComponentModel.DataAnnotations;
using System.Net;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>A server the edge fetches from.</summary>
public sealed record OriginRequest : IValidatableObject
{
    /// <summary><c>http</c> or <c>https</c>.</summary>
    [Required, RegularExpression("^https?$", ErrorMessage = "Must be http or https.")]
    public string? Scheme { get; init; }

    /// <summary>Host name or IP address.</summary>
    [Required]
    public string? Host { get; init; }

    [Required, Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Share of requests, default 1; 0: only when all others fail.</summary>
    [Range(0, 1000)]
    public int? Weight { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host is not null && !IPAddress.TryParse(Host, out _) && HostName.NormaliseHost(Host, out _) is { } problem)
            yield return new ValidationResult($"The host {problem}.", [nameof(Host)]);
    }

    internal Origin ToOrigin()
    {
        // The textual form of an address is made uniform too, so that equal origins are equal text.
        if (IPAddress.TryParse(Host, out var address))
            return new Origin(Scheme!, address.ToString(), Port!.Value, Weight ?? 1);
        HostName.NormaliseHost(Host!, out var name);
        return new Origin(Scheme!, name, Port!.Value, Weight ?? 1);
    }
}
