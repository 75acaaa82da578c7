namespace Cirrus.Core.Dnssec;

/// <summary>How long keys live, and how long is waited while they change.</summary>
/// <param name="ZskLifetime">Zero: until an operator asks for another.</param>
/// <param name="KskLifetime">The same of key signing keys.</param>
/// <param name="KeysKnown">From a key's publication until no resolver can have the zone's keys without it.</param>
/// <param name="SignaturesForgotten">From a signature's end until no resolver can have it.</param>
/// <param name="DsForgotten">From a DS record's end at the parent until no resolver can have it.</param>
public sealed record KeyTimes(
    TimeSpan ZskLifetime, TimeSpan KskLifetime, TimeSpan KeysKnown, TimeSpan SignaturesForgotten, TimeSpan DsForgotten);

/// <summary>What the served zone says of keys.</summary>
/// <param name="Published">Ids of the keys that are in it.</param>
/// <param name="Signing">Ids of the keys of which there are signatures in it.</param>
public sealed record KeysInZone(IReadOnlySet<int> Published, IReadOnlySet<int> Signing);

/// <summary>
/// Which step comes next for keys: pure functions. A ZSK is published, known, used, and stays until no signature of its is anywhere (RFC 7583
/// section 3.2.1, pre-publication); a KSK signs the keys beside the one before, until the parent has its DS record (section 3.3.1, double KSK).
/// </summary>
public static class KeyRoll
{
    /// <summary>The keys that are to be made now.</summary>
    public static IEnumerable<(DnssecKeyKind Kind, DnssecKeyState State)> Missing(DnssecKeys keys, KeyTimes times, DateTimeOffset now)
    {
        // The zone's first signatures: no resolver has others.
        if (!keys.Of(DnssecKeyKind.ZoneSigning).Any())
            yield return (DnssecKeyKind.ZoneSigning, DnssecKeyState.Active);
        else if (IsWornOut(keys, DnssecKeyKind.ZoneSigning, times.ZskLifetime, now))
            yield return (DnssecKeyKind.ZoneSigning, DnssecKeyState.Created);
        if (!keys.Of(DnssecKeyKind.KeySigning).Any() || IsWornOut(keys, DnssecKeyKind.KeySigning, times.KskLifetime, now))
            yield return (DnssecKeyKind.KeySigning, DnssecKeyState.Created);
    }

    /// <summary>The keys in the states they have come to; the same where nothing is due.</summary>
    public static DnssecKeys Advance(DnssecKeys keys, KeysInZone zone, KeyTimes times, DateTimeOffset now)
    {
        var next = keys.Keys.Select(k => Advance(k, zone, times, now)).OfType<DnssecKey>().ToList();
        if (next.FindIndex(k => IsReady(k, now)) is var ready and >= 0)
        {
            next = [.. next.Select(k => IsActiveZsk(k) ? k.As(DnssecKeyState.Retired, now) : k)];
            next[ready] = next[ready].As(DnssecKeyState.Active, now);
        }
        return next.SequenceEqual(keys.Keys) ? keys : keys.With(next);
    }

    /// <summary>Whether a key of a kind is on its way already, so that another must wait.</summary>
    public static bool IsRolling(DnssecKeys keys, DnssecKeyKind kind) =>
        keys.Of(kind).Any(k => k.State is not DnssecKeyState.Active);

    /// <summary>The parent has the DS record of a KSK: the others of the zone retire. Null: there is no such KSK in the zone.</summary>
    public static DnssecKeys? Confirm(DnssecKeys keys, int id, DateTimeOffset now) =>
        keys.Keys.Any(k => k.Id == id && k is { Kind: DnssecKeyKind.KeySigning, State: DnssecKeyState.Published })
            ? keys.With([.. keys.Keys.Select(k => k switch
            {
                { Id: var own } when own == id => k.As(DnssecKeyState.Active, now),
                { Kind: DnssecKeyKind.KeySigning, State: not DnssecKeyState.Retired } => k.As(DnssecKeyState.Retired, now),
                _ => k,
            })])
            : null;

    /// <summary>The parent has the DS record of a KSK no more, and the zone may go on without signatures. Null: there is no such KSK.</summary>
    public static DnssecKeys? Withdraw(DnssecKeys keys, int id, DateTimeOffset now) =>
        keys.Keys.Any(k => k.Id == id && k is { Kind: DnssecKeyKind.KeySigning, State: DnssecKeyState.Active })
            ? keys.With([.. keys.Keys.Select(k => k.Id == id ? k.As(DnssecKeyState.Published, now, TimeSpan.Zero) : k)])
            : null;

    private static bool IsWornOut(DnssecKeys keys, DnssecKeyKind kind, TimeSpan lifetime, DateTimeOffset now) =>
        lifetime > TimeSpan.Zero && !IsRolling(keys, kind) && keys.Of(kind).Any(k => now - k.Since >= lifetime);

    // Null: it is no more.
    private static DnssecKey? Advance(DnssecKey key, KeysInZone zone, KeyTimes times, DateTimeOffset now) => key switch
    {
        { State: DnssecKeyState.Created } when zone.Published.Contains(key.Id) => key.As(DnssecKeyState.Published, now, times.KeysKnown),
        { State: DnssecKeyState.Retired, Until: { } until } when now >= until => null,
        { Kind: DnssecKeyKind.ZoneSigning, State: DnssecKeyState.Retired, Until: null } when !zone.Signing.Contains(key.Id) =>
            key with { Until = now + times.SignaturesForgotten },
        { Kind: DnssecKeyKind.KeySigning, State: DnssecKeyState.Retired, Until: null } => key with { Until = key.Since + times.DsForgotten },
        _ => key,
    };

    private static bool IsReady(DnssecKey key, DateTimeOffset now) =>
        key is { Kind: DnssecKeyKind.ZoneSigning, State: DnssecKeyState.Published } && now >= key.Until;

    private static bool IsActiveZsk(DnssecKey key) => key is { Kind: DnssecKeyKind.ZoneSigning, State: DnssecKeyState.Active };
}
