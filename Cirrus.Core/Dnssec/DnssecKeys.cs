namespace Cirrus.Core.Dnssec;

/// <summary>The keys of a zone at one moment: immutable.</summary>
/// <param name="Keys">In the order in which they were made.</param>
/// <param name="Sealed">The private part of each by its id, as it is kept.</param>
/// <param name="Revision">0: none were ever made.</param>
public sealed record DnssecKeys(IReadOnlyList<DnssecKey> Keys, IReadOnlyDictionary<int, string> Sealed, int Revision)
{
    public static readonly DnssecKeys None = new([], new Dictionary<int, string>(), 0);

    public IEnumerable<DnssecKey> Of(DnssecKeyKind kind) => Keys.Where(k => k.Kind == kind);

    /// <summary>With other states, and without those that are missing.</summary>
    public DnssecKeys With(IReadOnlyList<DnssecKey> keys) =>
        this with { Keys = keys, Sealed = Sealed.Where(s => keys.Any(k => k.Id == s.Key)).ToDictionary(s => s.Key, s => s.Value) };

    /// <summary>With another key.</summary>
    public DnssecKeys With(DnssecKey key, string sealedKey) =>
        this with { Keys = [.. Keys, key], Sealed = new Dictionary<int, string>(Sealed) { [key.Id] = sealedKey } };
}
