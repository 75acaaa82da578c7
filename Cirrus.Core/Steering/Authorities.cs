using System.Text;
using Cirrus.Core.Domains;

namespace Cirrus.Core.Steering;

/// <summary>The CAA records of an access name, as one text so that equal ones are found equal at once: a line each.</summary>
public static class Authorities
{
    private const byte CriticalFlag = 128;

    /// <summary>Those that the document asks for; without that the zone's, for domains whose certificate Cirrus orders. Empty: none.</summary>
    public static string Of(DomainTls? tls, ZoneOptions zone)
    {
        var records = tls?.Caa ?? (tls is { Certificate: CertificateOrigin.Acme } ? zone.Caa : []);
        return string.Join('\n', records.Select(r => $"{(r.Critical ? CriticalFlag : 0)} {r.Tag} {r.Value}").Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>In the format of messages (RFC 8659 section 4.1).</summary>
    public static IEnumerable<byte[]> DataOf(string records) => records.Split('\n').Select(line => line.Split(' ', 3)).Select(
        parts => (byte[])[byte.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), (byte)parts[1].Length, .. Encoding.ASCII.GetBytes(parts[1] + parts[2])]);
}
