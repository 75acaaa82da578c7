using System.Text;
using ARSoft.Tools.Net;

namespace Cirrus.Dns.Zones;

/// <summary>
/// Names below the zone as they are kept: labels in the format of messages (RFC 1035 section 3.1), in lower case, without the zone's own
/// labels. The zone's own name is empty.
/// </summary>
internal static class OwnerName
{
    /// <summary>By their octets.</summary>
    public static readonly IEqualityComparer<byte[]> Comparer = new ByOctets();

    /// <summary>From text such as <c>_acme-challenge.www</c>.</summary>
    public static byte[] Of(string relative)
    {
        // Each dot makes room for a length, and one more is needed for the first.
        var name = new byte[relative.Length + 1];
        var start = 0;
        for (var i = 0; i <= relative.Length; i++)
        {
            if (i < relative.Length && relative[i] != '.')
            {
                name[i + 1] = (byte)char.ToLowerInvariant(relative[i]);
                continue;
            }
            name[start] = (byte)(i - start);
            start = i + 1;
        }
        return name;
    }

    /// <summary>What a name has before the zone's; null for one that is not in the zone.</summary>
    public static byte[]? Below(DomainName name, DomainName origin)
    {
        if (!name.IsEqualOrSubDomainOf(origin))
            return null;
        var labels = name.Labels.AsSpan(0, name.LabelCount - origin.LabelCount);
        return labels.Length == 0 ? [] : Of(string.Join('.', labels!));
    }

    /// <summary>The whole name, with the end that a name has in a message.</summary>
    public static byte[] Whole(DomainName name) => name.LabelCount == 0 ? [0] : [.. Of(string.Join('.', name.Labels)), 0];

    /// <summary>The name as ARSoft knows it.</summary>
    public static DomainName Absolute(ReadOnlySpan<byte> owner, DomainName origin) => new([.. Labels(owner), .. origin.Labels]);

    /// <summary>A whole name, read from the start of data.</summary>
    public static DomainName Parse(ReadOnlySpan<byte> whole) => new([.. Labels(whole)]);

    private static List<string> Labels(ReadOnlySpan<byte> name)
    {
        var labels = new List<string>();
        while (name.Length > 0 && name[0] > 0)
        {
            labels.Add(Encoding.ASCII.GetString(name.Slice(1, name[0])));
            name = name[(name[0] + 1)..];
        }
        return labels;
    }

    private sealed class ByOctets : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public int GetHashCode(byte[] owner) => GetHashCode(owner.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> owner)
        {
            var hash = new HashCode();
            hash.AddBytes(owner);
            return hash.ToHashCode();
        }
    }
}
