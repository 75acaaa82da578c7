using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>Signs a name: its sets, and an NSEC record that says which they are and which name comes next. For one thread.</summary>
/// <param name="negativeTtl">Of NSEC records: they deny as negative answers do (RFC 9077).</param>
internal sealed class NameSigner(SigningKeys keys, SigningTime time, int negativeTtl) : IDisposable
{
    private readonly SigningKeys.Pen _pen = keys.NewPen();

    /// <param name="plain">What it says, one record at least.</param>
    /// <param name="next">The name after it.</param>
    /// <param name="before">What was said of it, signed; signatures of what stays hold on until they are due.</param>
    /// <returns><paramref name="before"/> itself when nothing is new.</returns>
    public NameRecords Sign(byte[] owner, NameRecords plain, byte[] next, NameRecords? before)
    {
        var isApex = owner.Length == 0;
        List<RecordSet> sets = [.. plain.Sets];
        if (isApex)
            sets.Add(keys.DnsKeys);
        var types = sets.Select(s => s.Type).Concat([RecordType.RrSig, RecordType.NSec]);
        types = isApex ? types.Append(RecordType.Soa) : types;
        sets.Add(new RecordSet(RecordType.NSec, negativeTtl, [NsecData.Of(next, keys.Origin, types.Order())]));

        // Of the SOA record the signature comes with the serial.
        RecordSet? soa = isApex && before?.SignaturesOf(RecordType.Soa) is { } last && Holds(last) ? last : null;
        var signed = new List<RecordSet>(sets.Count * 2);
        foreach (var set in sets)
        {
            signed.Add(set);
            signed.Add(Kept(set, before) ?? _pen.Sign(owner, set, time));
        }
        if (soa is not null)
            signed.Add(soa);
        var records = new NameRecords(signed);
        return records.Equals(before) ? before : records;
    }

    /// <summary>The zone's own name with the signature of its SOA record.</summary>
    public NameRecords SignSoa(NameRecords apex, RecordSet soa) => new(apex.Sets
        .Where(s => s.Covered != RecordType.Soa).Append(_pen.Sign([], soa, time)));

    public void Dispose() => _pen.Dispose();

    private RecordSet? Kept(RecordSet set, NameRecords? before) =>
        before?.Find(set.Type)?.Equals(set) == true && before.SignaturesOf(set.Type) is { } signatures && Holds(signatures) ? signatures : null;

    private bool Holds(RecordSet signatures)
    {
        foreach (var data in signatures.Data)
        {
            if (!time.Holds(SignatureData.InceptionOf(data), SignatureData.ExpirationOf(data)))
                return false;
        }
        return keys.Made(signatures);
    }
}
