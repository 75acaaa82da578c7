using System.Collections.Immutable;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>Signs a zone: a pure function, but that no two signatures over the same are alike.</summary>
internal static class ZoneSigner
{
    // Fewer are not worth another thread.
    private const int NamesPerThread = 256;

    /// <param name="plain">What the zone is to say.</param>
    /// <param name="before">A zone whose signatures hold on where they can; null: none.</param>
    /// <returns>The zone signed, the SOA record as it was <paramref name="before"/>; that one itself when nothing is new.</returns>
    /// <param name="all">Looks at each name, whether a signature is due; otherwise only at what has changed.</param>
    public static ZoneContent Sign(ZoneContent plain, ZoneContent? before, Denial denial, SigningKeys keys, SigningTime time, bool all)
    {
        var soa = plain.SoaOf(0);
        var negativeTtl = Math.Min(soa.TimeToLive, soa.NegativeCachingTTL);
        NameSigner NewSigner() => new(plain, before, denial, keys, time, negativeTtl);
        var goesOn = before is { IsSigned: true } && before.HasSoaOf(plain);
        return goesOn && !all && denial.IsThatOf(before!)
            ? SignChanges(plain, before!, denial, NewSigner)
            : SignAll(plain, goesOn ? before : null, denial, NewSigner);
    }

    /// <summary>The zone with the signature of its SOA record of a serial.</summary>
    public static ZoneContent SignSoa(ZoneContent signed, uint serial, SigningKeys keys, SigningTime time)
    {
        using var pen = keys.NewPen();
        var others = signed.Find([])!.Sets.Where(s => s.Covered != RecordType.Soa);
        return signed.With([([], new NameRecords(others.Append(pen.Sign([], signed.SoaSetOf(serial), time))))], signed.Plain);
    }

    private static ZoneContent SignChanges(ZoneContent plain, ZoneContent before, Denial denial, Func<NameSigner> newSigner)
    {
        var changes = plain.ChangesSince(before.Plain);
        if (changes.Count == 0)
            return before;
        var places = before.Order.ToBuilder();
        var about = new Dictionary<byte[], NameChange>(OwnerName.Comparer);
        foreach (var change in changes)
        {
            var place = denial.PlaceOf(change.Owner);
            about[place] = change;
            if (denial.IsAbout(change.After))
                places.Add(place);
            else
                places.Remove(place);
        }
        // Names that have changed, the records about them, and those before one that came or went.
        var order = places.ToImmutable();
        var touched = new HashSet<byte[]>(changes.Select(c => c.Owner).Concat(about.Keys), OwnerName.Comparer);
        foreach (var (place, change) in about)
        {
            if (denial.IsAbout(change.Before) != denial.IsAbout(change.After))
                touched.Add(Before(place));
        }
        return before.With(Signed([.. touched.Select(Touched)], newSigner), plain);

        byte[] Before(byte[] place)
        {
            var at = order.IndexOf(place);
            return order[((at < 0 ? ~at : at) + order.Count - 1) % order.Count];
        }

        TouchedName Touched(byte[] owner)
        {
            var at = order.IndexOf(owner);
            return at < 0 ? new TouchedName(owner) : new TouchedName(owner, order[(at + 1) % order.Count], about.GetValueOrDefault(owner).Owner);
        }
    }

    private static ZoneContent SignAll(ZoneContent plain, ZoneContent? before, Denial denial, Func<NameSigner> newSigner)
    {
        var names = plain.Names().ToList();
        var circle = Many.Select(names.FindAll(n => denial.IsAbout(n.Records)), n => (Place: denial.PlaceOf(n.Owner), About: n.Owner))
            .OrderBy(n => n.Place, CanonicalOrder.Instance).ToArray();
        TouchedName[] touched =
        [
            .. circle.Select((n, i) => new TouchedName(n.Place, circle[(i + 1) % circle.Length].Place, n.About)),
            .. names.Where(n => !denial.IsAbout(n.Records)).Select(n => n.Owner)
                .Concat(circle.Where(n => !ReferenceEquals(n.Place, n.About)).Select(n => n.About)).Select(o => new TouchedName(o)),
        ];
        var signed = Signed(touched, newSigner);
        if (before is null)
            return plain.Empty().With(signed, plain);
        var places = Array.ConvertAll(circle, n => n.Place);
        List<(byte[], NameRecords?)> changed =
        [
            .. signed.Where(n => !ReferenceEquals(n.Records, before.Find(n.Owner))),
            .. before.Names().Select(n => n.Owner)
                .Where(o => plain.Find(o) is null && Array.BinarySearch(places, o, CanonicalOrder.Instance) < 0).Select(o => (o, (NameRecords?)null)),
        ];
        return changed.Count == 0 ? before : before.With(changed, plain);
    }

    private static (byte[] Owner, NameRecords? Records)[] Signed(TouchedName[] names, Func<NameSigner> newSigner)
    {
        var signed = new (byte[], NameRecords?)[names.Length];
        var threads = Math.Clamp(names.Length / NamesPerThread, 1, Environment.ProcessorCount);
        if (threads == 1)
            SignPart(0);
        else
            // Threads of their own: the lead is kept by those of the pool meanwhile.
            Task.WaitAll([.. Enumerable.Range(0, threads).Select(i => Task.Factory.StartNew(
                () => SignPart(i), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        return signed;

        void SignPart(int first)
        {
            using var signer = newSigner();
            for (var i = first; i < names.Length; i += threads)
                signed[i] = (names[i].Owner, signer.Sign(names[i]));
        }
    }
}
