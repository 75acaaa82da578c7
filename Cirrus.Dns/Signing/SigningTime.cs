using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>From when to when new signatures hold, and which of the former ones still do: a pure function of the moment.</summary>
/// <param name="Validity">From now to the end of the signatures that hold longest.</param>
internal readonly record struct SigningTime(DateTimeOffset Now, TimeSpan Validity)
{
    // Clocks of resolvers differ.
    private static readonly TimeSpan Past = TimeSpan.FromHours(1);

    public uint Inception => Seconds(Now - Past);

    /// <summary>Up to a third earlier than the validity says, by the name, so that signatures made at once are not all due at once.</summary>
    public uint ExpirationOf(ReadOnlySpan<byte> owner)
    {
        // FNV-1a, and its bits mixed once more: the last octets would hardly reach the upper ones.
        var hash = 2166136261u;
        foreach (var octet in owner)
            hash = (hash ^ octet) * 16777619u;
        hash = (hash ^ (hash >> 15)) * 2246822519u;
        return Seconds(Now + Validity - (Validity / 3 * (hash / (double)uint.MaxValue)));
    }

    /// <summary>Whether more than a third of the validity is left. One that begins in the future was made by a wrong clock.</summary>
    public bool Holds(uint inception, uint expiration) =>
        unchecked((int)(expiration - Seconds(Now + (Validity / 3)))) > 0 && unchecked((int)(inception - Seconds(Now))) <= 0;

    /// <summary>Whether that is so of all signatures of a set.</summary>
    public bool Holds(RecordSet signatures)
    {
        foreach (var data in signatures.Data)
        {
            if (!Holds(SignatureData.InceptionOf(data), SignatureData.ExpirationOf(data)))
                return false;
        }
        return true;
    }

    private static uint Seconds(DateTimeOffset time) => unchecked((uint)time.ToUnixTimeSeconds());
}
