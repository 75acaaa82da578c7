using Cirrus.Core.Changes;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Zones;

/// <summary>Domains that have a certificate, by the change since which they have it.</summary>
internal sealed class GateIndex(IEnumerable<KeyValuePair<string, SteeredDomain>> domains)
{
    private readonly SortedSet<(ChangeId Present, string Name)> _present =
        new(domains.Where(d => d.Value.Gate?.Present is not null).Select(d => (d.Value.Gate!.Present!.Value, d.Key)), ByChange.Instance);

    /// <summary>The newest of these changes; null when there is none.</summary>
    public ChangeId? Newest => _present.Count == 0 ? null : _present.Max.Present;

    public void Move(string name, TlsGate? from, TlsGate? to)
    {
        if (from?.Present is { } former)
            _present.Remove((former, name));
        if (to?.Present is { } present)
            _present.Add((present, name));
    }

    /// <summary>Names of those that have had it since a change after <paramref name="from"/> and up to <paramref name="to"/>.</summary>
    public IEnumerable<string> Between(ChangeId from, ChangeId to) => _present.Count == 0
        ? []
        : _present.GetViewBetween((from, ""), (to, "\uffff")).Where(p => p.Present > from).Select(p => p.Name);

    private sealed class ByChange : IComparer<(ChangeId Present, string Name)>
    {
        public static readonly ByChange Instance = new();

        public int Compare((ChangeId Present, string Name) x, (ChangeId Present, string Name) y) =>
            x.Present.CompareTo(y.Present) is var order and not 0 ? order : string.CompareOrdinal(x.Name, y.Name);
    }
}
