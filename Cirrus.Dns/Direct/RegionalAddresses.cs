using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Direct;

/// <summary>The addresses that clients of a region are given: those of the nodes of the region.</summary>
internal sealed class RegionalAddresses(IReadOnlyDictionary<DomainName, IReadOnlyList<RecordSet>> sets)
{
    /// <summary>The record sets of a name that are for one region only; empty: all get the ordinary ones.</summary>
    public IReadOnlyList<RecordSet> Of(DomainName name) => sets.TryGetValue(name, out var found) ? found : [];
}
