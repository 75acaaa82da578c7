using System.Buffers.Binary;
using System.Security.Cryptography;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Dnssec;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>Contents of RRSIG records (RFC 4034 section 3.1), and what a signature is over.</summary>
internal static class SignatureData
{
    private const int ExpirationAt = 8, InceptionAt = 12, TagAt = 16, SignerAt = 18;
    private const int SignatureLength = 64;

    public static ushort TagOf(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt16BigEndian(data[TagAt..]);

    public static uint InceptionOf(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32BigEndian(data[InceptionAt..]);

    public static uint ExpirationOf(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32BigEndian(data[ExpirationAt..]);

    /// <summary>Signs a set of a name.</summary>
    /// <param name="origin">The zone's name with the end that a name has in a message.</param>
    public static byte[] Sign(ECDsa key, int tag, byte[] origin, ReadOnlySpan<byte> owner, RecordSet set, uint inception, uint expiration)
    {
        var data = new byte[SignerAt + origin.Length + SignatureLength];
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)set.Type);
        data[2] = DnssecRecords.Algorithm;
        data[3] = (byte)(Labels(owner) + Labels(origin));
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), set.Ttl);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(ExpirationAt), expiration);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(InceptionAt), inception);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(TagAt), (ushort)tag);
        origin.CopyTo(data, SignerAt);
        var head = data.AsSpan(0, SignerAt + origin.Length);
        key.SignData(Signed(head, origin, owner, set), data.AsSpan(head.Length), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return data;
    }

    // The head, and each record in canonical form and order; names in data are in lower case already (RFC 4034 sections 3.1.8.1 and 6).
    private static byte[] Signed(ReadOnlySpan<byte> head, byte[] origin, ReadOnlySpan<byte> owner, RecordSet set)
    {
        var length = head.Length;
        foreach (var data in set.Data)
            length += owner.Length + origin.Length + RecordSet.HeaderLength + data.Length;
        var signed = new byte[length];
        head.CopyTo(signed);
        var rest = signed.AsSpan(head.Length);
        foreach (var data in set.Data)
        {
            owner.CopyTo(rest);
            origin.CopyTo(rest[owner.Length..]);
            rest = rest[(owner.Length + origin.Length)..];
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)set.Type);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)RecordClass.INet);
            BinaryPrimitives.WriteInt32BigEndian(rest[4..], set.Ttl);
            BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)data.Length);
            data.CopyTo(rest[RecordSet.HeaderLength..]);
            rest = rest[(RecordSet.HeaderLength + data.Length)..];
        }
        return signed;
    }

    private static int Labels(ReadOnlySpan<byte> name)
    {
        var labels = 0;
        for (var at = 0; at < name.Length && name[at] > 0; at += name[at] + 1)
            labels++;
        return labels;
    }
}
