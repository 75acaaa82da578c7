namespace Cirrus.Dns.Zones;

/// <summary>Zone serials are compared on a circle of 32 bits (RFC 1982).</summary>
internal static class SerialNumber
{
    private const uint HalfCircle = 0x8000_0000;

    /// <summary>Whether <paramref name="left"/> is newer; false for two numbers half the circle apart, whose order RFC 1982 leaves open.</summary>
    public static bool IsNewer(uint left, uint right) => unchecked(left - right) is > 0 and < HalfCircle;

    /// <summary>
    /// The serial after <paramref name="last"/>: the seconds since 1970 where that is newer, so that serials go on even if every
    /// memory of them is lost, else one more.
    /// </summary>
    public static uint Next(uint last, DateTimeOffset now)
    {
        var seconds = unchecked((uint)now.ToUnixTimeSeconds());
        return IsNewer(seconds, last) ? seconds : unchecked(last + 1);
    }
}
