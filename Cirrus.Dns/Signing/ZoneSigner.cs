using System.Collections.Immutable;
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
    public static ZoneContent Sign(ZoneContent plain, ZoneContent? before, SigningKeys keys, SigningTime time, bool all)
    {
        var soa = plain.SoaOf(0);
        var negativeTtl = Math.Min(soa.TimeToLive, soa.NegativeCachingTTL);
        NameSigner NewSigner() => new(keys, time, negativeTtl);
        var goesOn = before is { IsSigned: true } && before.HasSoaOf(plain);
        return goesOn && !all ? SignChanges(plain, before!, NewSigner) : SignAll(plain, before, goesOn, NewSigner);
    }

    /// <summary>The zone with the signature of its SOA record of a serial.</summary>
    public static ZoneContent SignSoa(ZoneContent signed, uint serial, SigningKeys keys, SigningTime time)
    {
        using var signer = new NameSigner(keys, time, 0);
        return signed.With([([], signer.SignSoa(signed.Find([])!, signed.SoaSetOf(serial)))], signed.Plain);
    }

    private static ZoneContent SignChanges(ZoneContent plain, ZoneContent before, Func<NameSigner> newSigner)
    {
        var changes = plain.ChangesSince(before.Plain);
        if (changes.Count == 0)
            return before;
        var builder = before.Order.ToBuilder();
        var names = new List<(byte[] Owner, NameRecords? Records)>();
        foreach (var change in changes)
        {
            if (HasRecords(change.After))
            {
                builder.Add(change.Owner);
                continue;
            }
            builder.Remove(change.Owner);
            names.Add((change.Owner, change.After));
        }
        // Those that have changed, and those before a name that came or went.
        var order = builder.ToImmutable();
        var places = new SortedSet<int>();
        foreach (var change in changes)
        {
            var place = order.IndexOf(change.Owner);
            if (place >= 0)
                places.Add(place);
            if (HasRecords(change.Before) != HasRecords(change.After))
                places.Add((place >= 0 ? place : ~place) - 1);
        }
        (byte[] Owner, byte[] Next)[] touched = [.. places.Select(p => (order[p], order[(p + 1) % order.Count]))];
        names.AddRange(Signed(touched, plain, before, newSigner));
        return before.With(names, plain);
    }

    private static ZoneContent SignAll(ZoneContent plain, ZoneContent? before, bool goesOn, Func<NameSigner> newSigner)
    {
        var all = plain.Names().ToList();
        var order = ImmutableSortedSet.CreateRange(CanonicalOrder.Instance, all.Where(n => HasRecords(n.Records)).Select(n => n.Owner)).ToArray();
        (byte[] Owner, byte[] Next)[] touched = [.. order.Select((owner, i) => (owner, order[(i + 1) % order.Length]))];
        var names = Signed(touched, plain, before, newSigner).Concat(all.Where(n => !HasRecords(n.Records)).Select(n => (n.Owner, (NameRecords?)n.Records)));
        if (!goesOn)
            return plain.Empty().With(names, plain);
        List<(byte[], NameRecords?)> changed =
        [
            .. names.Where(n => !ReferenceEquals(n.Item2, before!.Find(n.Item1))),
            .. before!.Names().Where(n => plain.Find(n.Owner) is null).Select(n => (n.Owner, (NameRecords?)null)),
        ];
        return changed.Count == 0 ? before : before.With(changed, plain);
    }

    private static IEnumerable<(byte[] Owner, NameRecords? Records)> Signed(
        (byte[] Owner, byte[] Next)[] names, ZoneContent plain, ZoneContent? before, Func<NameSigner> newSigner)
    {
        var signed = new NameRecords[names.Length];
        var threads = Math.Clamp(names.Length / NamesPerThread, 1, Environment.ProcessorCount);
        if (threads == 1)
            SignPart(0);
        else
            // Threads of their own: the lead is kept by those of the pool meanwhile.
            Task.WaitAll([.. Enumerable.Range(0, threads).Select(i => Task.Factory.StartNew(
                () => SignPart(i), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        return names.Select((n, i) => (n.Owner, (NameRecords?)signed[i]));

        void SignPart(int first)
        {
            using var signer = newSigner();
            for (var i = first; i < names.Length; i += threads)
                signed[i] = signer.Sign(names[i].Owner, plain.Find(names[i].Owner)!, names[i].Next, before?.Find(names[i].Owner));
        }
    }

    private static bool HasRecords(NameRecords? records) => records is { Sets.Count: > 0 };
}
