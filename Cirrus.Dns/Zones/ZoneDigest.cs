using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cirrus.Dns.Zones;

/// <summary>
/// A digest of a set of names that is kept up to date name by name: the sum, modulo 2^256, of the SHA-256 of each name with its records
/// (docs/decisions/0039).
/// </summary>
internal readonly record struct ZoneDigest(ulong A, ulong B, ulong C, ulong D)
{
    private const int OnStack = 512;

    public ZoneDigest With(ReadOnlySpan<byte> owner, NameRecords records) => Plus(Hash(owner, records));

    public ZoneDigest Without(ReadOnlySpan<byte> owner, NameRecords records) => Plus(Hash(owner, records).Negated());

    public override string ToString() => string.Create(null, stackalloc char[64], $"{A:x16}{B:x16}{C:x16}{D:x16}");

    /// <summary>Of one name.</summary>
    public static ZoneDigest Of(ReadOnlySpan<byte> owner, NameRecords records) => default(ZoneDigest).With(owner, records);

    public ZoneDigest Plus(ZoneDigest other)
    {
        var d = (UInt128)D + other.D;
        var c = (UInt128)C + other.C + (d >> 64);
        var b = (UInt128)B + other.B + (c >> 64);
        return unchecked(new ZoneDigest(A + other.A + (ulong)(b >> 64), (ulong)b, (ulong)c, (ulong)d));
    }

    // In two's complement: all bits turned, and one more.
    private ZoneDigest Negated() => new ZoneDigest(~A, ~B, ~C, ~D).Plus(new ZoneDigest(0, 0, 0, 1));

    // Every part after its length, so that no two different names with records are written the same.
    private static ZoneDigest Hash(ReadOnlySpan<byte> owner, NameRecords records)
    {
        var length = 1 + owner.Length;
        foreach (var set in records.Sets)
        {
            length += 8;
            foreach (var data in set.Data)
                length += 2 + data.Length;
        }
        var text = length <= OnStack ? stackalloc byte[length] : new byte[length];
        text[0] = (byte)owner.Length;
        owner.CopyTo(text[1..]);
        var rest = text[(1 + owner.Length)..];
        foreach (var set in records.Sets)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)set.Type);
            BinaryPrimitives.WriteInt32BigEndian(rest[2..], set.Ttl);
            BinaryPrimitives.WriteUInt16BigEndian(rest[6..], (ushort)set.Data.Length);
            rest = rest[8..];
            foreach (var data in set.Data)
            {
                BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)data.Length);
                data.CopyTo(rest[2..]);
                rest = rest[(2 + data.Length)..];
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return new ZoneDigest(
            BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(hash[16..]), BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));
    }
}
