using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Cirrus.Api.Requests;

/// <summary>
/// IP addresses as people mean them. <see cref="IPAddress"/> also reads 127.1, 010.0.0.1 (as octal), [::1]:80 (without the port) and
/// scopes, which are more likely mistakes.
/// </summary>
internal static class IpLiteral
{
    /// <summary>Reads four decimal numbers, or IPv6 without brackets and scope (RFC 4291 section 2.2).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && (address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.'));
}
