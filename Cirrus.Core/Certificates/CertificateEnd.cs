using System.Globalization;

namespace Cirrus.Core.Certificates;

/// <summary>When the certificate of a domain ends: its place in the order of those, which stays what it is whatever comes and goes around it.</summary>
/// <param name="Milliseconds">Since 1970.</param>
public sealed record CertificateEnd(long Milliseconds, string Domain)
{
    /// <summary>Reads what <see cref="ToString"/> writes; null when it is something else.</summary>
    public static CertificateEnd? Parse(string text) =>
        text.Split('.', 2) is [var end, { Length: > 0 } domain] && long.TryParse(end, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            ? new CertificateEnd(milliseconds, domain)
            : null;

    public bool IsAfter(CertificateEnd other) =>
        Milliseconds > other.Milliseconds || (Milliseconds == other.Milliseconds && string.CompareOrdinal(Domain, other.Domain) > 0);

    /// <summary><c>{milliseconds}.{domain}</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}.{Domain}");
}
