using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Dnssec;

/// <summary>What a key of a zone signs.</summary>
[JsonConverter(typeof(WordConverter<DnssecKeyKind>))]
public enum DnssecKeyKind
{
    /// <summary>The zone's records (ZSK).</summary>
    [JsonStringEnumMemberName("zsk")]
    ZoneSigning,

    /// <summary>The zone's keys (KSK); the parent zone vouches for it by a DS record.</summary>
    [JsonStringEnumMemberName("ksk")]
    KeySigning,
}

/// <summary>How far a key is on its way.</summary>
[JsonConverter(typeof(WordConverter<DnssecKeyState>))]
public enum DnssecKeyState
{
    /// <summary>It is not in the zone yet.</summary>
    [JsonStringEnumMemberName("created")]
    Created,

    /// <summary>It is in the zone; a ZSK signs nothing yet, of a KSK the parent does not know yet.</summary>
    [JsonStringEnumMemberName("published")]
    Published,

    /// <summary>A ZSK signs; of a KSK the parent has the DS record.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>Another has taken its place; it stays in the zone while resolvers may need it.</summary>
    [JsonStringEnumMemberName("retired")]
    Retired,
}

/// <summary>A key of a zone without its private part (ECDSA P-256, RFC 6605).</summary>
/// <param name="Id">Its key tag (RFC 4034 appendix B), of which no two keys of a zone are alike.</param>
/// <param name="PublicKey">64 octets, as in the DNSKEY record.</param>
/// <param name="Since">When it came into its state.</param>
/// <param name="Until">When it may leave it by time; null: that depends on something else.</param>
public sealed record DnssecKey(
    int Id, DnssecKeyKind Kind, DnssecKeyState State, byte[] PublicKey, DateTimeOffset CreatedAt, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>The same key in another state.</summary>
    public DnssecKey As(DnssecKeyState state, DateTimeOffset now, TimeSpan? stays = null) =>
        this with { State = state, Since = now, Until = now + stays };
}
