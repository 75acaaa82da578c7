using System.Globalization;
using Cirrus.Core.Dnssec;

namespace Cirrus.Api.Dnssec;

/// <summary>What happens next with the zone's keys, and what an operator is to do: a pure function.</summary>
internal static class DnssecAdvice
{
    public static IEnumerable<string> Of(bool signed, DnssecKeys keys, DateTimeOffset now) => (signed, keys.Keys.Count) switch
    {
        (false, 0) => ["Set Dns:Dnssec:Enabled for Cirrus.Dns to have the zone signed."],
        (false, _) =>
        [
            "Cirrus.Dns does not sign the zone. Have its DS records removed from the parent zone, if there are any: resolvers that validate find nothing else.",
        ],
        _ => keys.Keys.Select(k => Of(k, now)).OfType<string>(),
    };

    private static string? Of(DnssecKey key, DateTimeOffset now) => key switch
    {
        { State: DnssecKeyState.Created } => $"Key {key.Id} comes into the zone with its next serial.",
        { Kind: DnssecKeyKind.ZoneSigning, State: DnssecKeyState.Published } => $"Key {key.Id} signs from {Text(key.Until)} on.",
        { Kind: DnssecKeyKind.ZoneSigning, State: DnssecKeyState.Retired, Until: null } =>
            $"Key {key.Id} stays until its last signature was made anew by its successor.",
        { Kind: DnssecKeyKind.KeySigning, State: DnssecKeyState.Published, Until: { } until } when now < until =>
            $"Give the DS record of key {key.Id} to the parent zone, but not before {Text(until)}.",
        { Kind: DnssecKeyKind.KeySigning, State: DnssecKeyState.Published } =>
            $"Give the DS record of key {key.Id} to the parent zone. When all of its servers have it, say so by POST /api/v1/dnssec/keys/{key.Id}/published.",
        { Kind: DnssecKeyKind.KeySigning, State: DnssecKeyState.Retired } =>
            $"Have the DS record of key {key.Id} removed from the parent zone. The key is gone {(key.Until is null ? "some days later" : $"after {Text(key.Until)}")}.",
        { State: DnssecKeyState.Retired } => $"Key {key.Id} is gone after {Text(key.Until)}.",
        _ => null,
    };

    private static string Text(DateTimeOffset? time) => time?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";
}
