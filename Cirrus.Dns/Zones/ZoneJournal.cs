using Cirrus.Core.Zones;

namespace Cirrus.Dns.Zones;

/// <summary>How a zone came about from earlier serials: immutable, the newest steps up to some number and length.</summary>
internal sealed class ZoneJournal
{
    public static readonly ZoneJournal Empty = new([]);

    private readonly ZoneDifference[] _steps;

    private ZoneJournal(ZoneDifference[] steps) => _steps = steps;

    /// <summary>The serial it leads to; null: it is empty.</summary>
    public uint? Newest => _steps.Length == 0 ? null : _steps[^1].To;

    /// <summary>With another step. One that does not go on from the newest begins it anew.</summary>
    public ZoneJournal With(ZoneDifference step, JournalLimits limits)
    {
        if (Newest != step.From)
            return new ZoneJournal([step]);
        var (first, bytes) = (_steps.Length, (long)step.Length);
        while (first > 0 && _steps.Length - first + 1 < limits.Steps && bytes + _steps[first - 1].Length <= limits.Bytes)
            bytes += _steps[--first].Length;
        return new ZoneJournal([.. _steps.AsSpan(first), step]);
    }

    /// <summary>What became of names since a serial, several steps joined to one (RFC 1995 section 5); null: it does not reach back so far.</summary>
    public IReadOnlyList<NameChange>? Since(uint serial)
    {
        var first = Array.FindLastIndex(_steps, s => s.From == serial);
        return first < 0 ? null : Joined(_steps.AsSpan(first));
    }

    /// <summary>The same since its beginning.</summary>
    public IReadOnlyList<NameChange> All() => Joined(_steps);

    private static IReadOnlyList<NameChange> Joined(ReadOnlySpan<ZoneDifference> steps)
    {
        if (steps.Length == 1)
            return steps[0].Changes;
        var names = new Dictionary<byte[], NameChange>(OwnerName.Comparer);
        foreach (var step in steps)
        {
            foreach (var change in step.Changes)
                names[change.Owner] = names.TryGetValue(change.Owner, out var earlier) ? earlier with { After = change.After } : change;
        }
        return [.. names.Values.Where(c => !Equals(c.Before, c.After))];
    }
}

/// <summary>A step from one serial to the next.</summary>
/// <param name="Length">As it is written, in octets.</param>
internal sealed record ZoneDifference(uint From, uint To, IReadOnlyList<NameChange> Changes, int Length)
{
    public static ZoneDifference Of(ZoneStep step) =>
        new(step.From, step.To, JournalFormat.Read(step.Differences), step.Differences.Length);
}
