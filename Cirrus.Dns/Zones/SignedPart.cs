using System.Collections.Immutable;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Signing;

namespace Cirrus.Dns.Zones;

/// <summary>What is known of a signed zone beside its names: how it would be without signatures, and the places of its denial in their order.</summary>
internal sealed record SignedPart(ZoneContent Plain, ImmutableSortedSet<byte[]> Order)
{
    /// <summary>The same of the zone with other names.</summary>
    /// <param name="plain">If it is known already.</param>
    public SignedPart With(IReadOnlyList<(byte[] Owner, NameRecords? Records)> names, ZoneContent? plain)
    {
        var order = Order.ToBuilder();
        foreach (var (owner, records) in names)
        {
            if (Denial.IsPlace(records))
                order.Add(owner);
            else
                order.Remove(owner);
        }
        return new SignedPart(plain ?? Plain.With([.. names.Select(n => (n.Owner, Unsigned(n.Records)))]), order.ToImmutable());
    }

    /// <summary>The same of all names of a zone.</summary>
    public static SignedPart Of(ZoneContent unsigned, IEnumerable<(byte[] Owner, NameRecords Records)> names, ZoneContent? plain)
    {
        var all = names.ToList();
        return new SignedPart(
            plain ?? unsigned.With([.. all.Select(n => (n.Owner, Unsigned(n.Records)))]),
            ImmutableSortedSet.CreateRange(CanonicalOrder.Instance, all.Where(n => Denial.IsPlace(n.Records)).Select(n => n.Owner)));
    }

    /// <summary>Whether a zone is signed tell the records of its own name.</summary>
    public static bool IsIn(NameRecords? apex) => apex?.Find(RecordType.DnsKey) is not null;

    /// <summary>Whether records of a type are there only because the zone is signed.</summary>
    public static bool IsOfSigning(RecordType type) =>
        type is RecordType.RrSig or RecordType.NSec or RecordType.DnsKey or RecordType.NSec3 or RecordType.NSec3Param;

    private static NameRecords? Unsigned(NameRecords? records)
    {
        if (records is null or { Sets.IsEmpty: true })
            return records;
        var sets = records.Sets.Where(s => !IsOfSigning(s.Type)).ToList();
        // The names of NSEC3 records are there for nothing else.
        return sets.Count == 0 ? null : new NameRecords(sets);
    }
}
