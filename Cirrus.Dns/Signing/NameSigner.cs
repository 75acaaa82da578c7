using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>Signs names of a zone: their sets, and the records that say which there are and what comes next. For one thread.</summary>
/// <param name="plain">What the zone is to say.</param>
/// <param name="before">What was said, signed; signatures of what stays hold on until they are due.</param>
/// <param name="negativeTtl">Of the records that deny: as that of negative answers (RFC 9077).</param>
internal sealed class NameSigner(
    ZoneContent plain, ZoneContent? before, Denial denial, SigningKeys keys, SigningTime time, int negativeTtl) : IDisposable
{
    private readonly SigningKeys.Pen _pen = keys.NewPen();

    /// <returns>The very records of before when nothing is new; null: there is no such name.</returns>
    public NameRecords? Sign(TouchedName name)
    {
        var (owner, former) = (name.Owner, before?.Find(name.Owner));
        var sets = SetsOf(owner);
        if (name.Next is { } next)
            sets.Add(denial.Record(negativeTtl, next, name.About is { } about ? BitsOf(about) : denial.BitsIn(former!)));
        if (sets.Count == 0)
            return plain.Find(owner);

        // Of the SOA record the signature comes with the serial.
        RecordSet? soa = owner.Length == 0 && former?.SignaturesOf(RecordType.Soa) is { } last && Holds(last) ? last : null;
        var signed = new List<RecordSet>(sets.Count * 2);
        foreach (var set in sets)
        {
            signed.Add(set);
            signed.Add(Kept(set, former) ?? _pen.Sign(owner, set, time));
        }
        if (soa is not null)
            signed.Add(soa);
        var records = new NameRecords(signed);
        return records.Equals(former) ? former : records;
    }

    public void Dispose() => _pen.Dispose();

    private List<RecordSet> SetsOf(byte[] owner)
    {
        List<RecordSet> sets = [.. plain.Find(owner)?.Sets ?? []];
        if (owner.Length == 0)
            sets.AddRange([keys.DnsKeys, .. denial.AtApex(negativeTtl)]);
        return sets;
    }

    private byte[] BitsOf(byte[] owner)
    {
        var types = SetsOf(owner).ConvertAll(s => s.Type);
        if (owner.Length == 0)
            types.Add(RecordType.Soa);
        return TypeBits.Of(denial.Told(types).Order());
    }

    private RecordSet? Kept(RecordSet set, NameRecords? former) =>
        former?.Find(set.Type)?.Equals(set) == true && former.SignaturesOf(set.Type) is { } signatures && Holds(signatures) ? signatures : null;

    private bool Holds(RecordSet signatures) => time.Holds(signatures) && keys.Made(signatures);
}

/// <summary>A name to be looked at.</summary>
/// <param name="Next">The place after it in the circle; null: it is no place.</param>
/// <param name="About">Which name the record at this place is about; null: it tells of it what it told before.</param>
internal readonly record struct TouchedName(byte[] Owner, byte[]? Next = null, byte[]? About = null);
