namespace Cirrus.Dns.Signing;

/// <summary>
/// The order of names in which each record of denial names the next (RFC 4034 section 6.1): by labels from the last to the first. Names are as
/// <see cref="Zones.OwnerName"/> has them, and as they all end with the zone's, that is left out. Hashes as labels are in their own order by it.
/// </summary>
internal sealed class CanonicalOrder : IComparer<byte[]>
{
    public static readonly CanonicalOrder Instance = new();

    // A name of 255 octets has no more labels.
    private const int MaxLabels = 128;

    public int Compare(byte[]? x, byte[]? y) => Compare(x.AsSpan(), y.AsSpan());

    public static int Compare(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        Span<byte> xStarts = stackalloc byte[MaxLabels], yStarts = stackalloc byte[MaxLabels];
        var (xLabels, yLabels) = (Starts(x, xStarts), Starts(y, yStarts));
        for (var i = 1; i <= xLabels && i <= yLabels; i++)
        {
            if (Label(x, xStarts[xLabels - i]).SequenceCompareTo(Label(y, yStarts[yLabels - i])) is var order and not 0)
                return order;
        }
        return xLabels - yLabels;
    }

    private static int Starts(ReadOnlySpan<byte> name, Span<byte> starts)
    {
        var labels = 0;
        for (var at = 0; at < name.Length; at += name[at] + 1)
            starts[labels++] = (byte)at;
        return labels;
    }

    private static ReadOnlySpan<byte> Label(ReadOnlySpan<byte> name, int start) => name.Slice(start + 1, name[start]);
}
