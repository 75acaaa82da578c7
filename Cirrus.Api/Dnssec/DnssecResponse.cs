using Cirrus.Core.Dnssec;

namespace Cirrus.Api.Dnssec;

/// <summary>How the zone is signed.</summary>
/// <param name="State"><c>unsigned</c>; <c>signed</c>, and the parent zone says nothing of it yet; <c>secure</c>: an operator has confirmed that it does.</param>
/// <param name="Keys">In the order in which they were made.</param>
/// <param name="DsRecords">What the parent zone is to have, as zone files have it.</param>
/// <param name="Next">What happens next, and what is to be done, in words; none: nothing.</param>
public sealed record DnssecResponse(
    string Zone, string State, IReadOnlyList<DnssecKeyResponse> Keys, IReadOnlyList<string> DsRecords, IReadOnlyList<string> Next)
{
    internal static DnssecResponse From(string zone, bool signed, DnssecKeys keys, DateTimeOffset now)
    {
        var all = signed ? keys.Of(DnssecKeyKind.KeySigning).ToList() : [];
        return new DnssecResponse(
            zone, !signed ? "unsigned" : all.Any(k => k.State == DnssecKeyState.Active) ? "secure" : "signed",
            [.. keys.Keys.Select(k => DnssecKeyResponse.From(zone, k))],
            [.. all.Where(k => k.State is DnssecKeyState.Published or DnssecKeyState.Active).Select(k => DnssecRecords.DsOf(zone, k))],
            [.. DnssecAdvice.Of(signed, keys, now)]);
    }
}

/// <summary>A key of the zone.</summary>
/// <param name="Id">Its key tag.</param>
/// <param name="Kind"><c>zsk</c> signs the zone, <c>ksk</c> its keys.</param>
/// <param name="State"><c>created</c>: not in the zone yet; <c>published</c>: in the zone; <c>active</c>: a ZSK signs, of a KSK the parent has the DS record; <c>retired</c>: another has taken its place.</param>
/// <param name="DnsKey">The DNSKEY record, as zone files have it.</param>
/// <param name="Since">When it came into its state.</param>
/// <param name="Until">When it may leave it by time; null: that depends on something else.</param>
public sealed record DnssecKeyResponse(
    int Id, DnssecKeyKind Kind, DnssecKeyState State, string DnsKey, DateTimeOffset CreatedAt, DateTimeOffset Since, DateTimeOffset? Until)
{
    internal static DnssecKeyResponse From(string zone, DnssecKey key) =>
        new(key.Id, key.Kind, key.State, DnssecRecords.DnsKeyTextOf(zone, key), key.CreatedAt, key.Since, key.Until);
}
