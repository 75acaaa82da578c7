using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Core.Dnssec;

/// <summary>What records say of a key: pure functions (RFC 4034).</summary>
public static class DnssecRecords
{
    /// <summary>ECDSA over P-256 with SHA-256 (RFC 6605).</summary>
    public const byte Algorithm = 13;

    private const ushort ZoneKey = 256;
    private const ushort SecureEntryPoint = 257;
    private const byte Protocol = 3;
    private const byte Sha256 = 2;

    /// <summary>Contents of its DNSKEY record.</summary>
    public static byte[] DnsKeyOf(DnssecKeyKind kind, ReadOnlySpan<byte> publicKey)
    {
        var data = new byte[4 + publicKey.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data, kind == DnssecKeyKind.KeySigning ? SecureEntryPoint : ZoneKey);
        data[2] = Protocol;
        data[3] = Algorithm;
        publicKey.CopyTo(data.AsSpan(4));
        return data;
    }

    /// <summary>By which signatures and DS records name a key (RFC 4034 appendix B).</summary>
    public static int TagOf(ReadOnlySpan<byte> dnsKey)
    {
        var sum = 0;
        for (var i = 0; i < dnsKey.Length; i++)
            sum += (i & 1) == 0 ? dnsKey[i] << 8 : dnsKey[i];
        return (sum + (sum >> 16)) & 0xFFFF;
    }

    /// <summary>Its DNSKEY record, as zone files have it.</summary>
    /// <param name="zone">Without a trailing dot.</param>
    public static string DnsKeyTextOf(string zone, DnssecKey key) =>
        $"{zone}. IN DNSKEY {(key.Kind == DnssecKeyKind.KeySigning ? SecureEntryPoint : ZoneKey)} {Protocol} {Algorithm} {Convert.ToBase64String(key.PublicKey)}";

    /// <summary>The DS record for the parent zone, as zone files have it.</summary>
    /// <param name="zone">Without a trailing dot.</param>
    public static string DsOf(string zone, DnssecKey key)
    {
        var dnsKey = DnsKeyOf(key.Kind, key.PublicKey);
        var digest = SHA256.HashData([.. zone.Split('.').SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0, .. dnsKey]);
        return $"{zone}. IN DS {TagOf(dnsKey)} {Algorithm} {Sha256} {Convert.ToHexString(digest)}";
    }
}
