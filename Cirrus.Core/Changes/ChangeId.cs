using System.Globalization;

namespace Cirrus.Core.Changes;

/// <summary>The id of an accepted write: the stream id of its entry in the change log, <c>milliseconds-sequence</c>.</summary>
public readonly record struct ChangeId(long Milliseconds, long Sequence) : IComparable<ChangeId>
{
    /// <summary>Before every change.</summary>
    public static readonly ChangeId Zero;

    /// <summary>When Redis accepted it, to the millisecond.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);

    public static ChangeId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a change id.");

    public static bool TryParse(string? text, out ChangeId id)
    {
        id = default;
        var dash = text?.IndexOf('-') ?? -1;
        if (dash < 1 || !TryParsePart(text.AsSpan(0, dash), out var milliseconds) || !TryParsePart(text.AsSpan(dash + 1), out var sequence))
            return false;
        id = new ChangeId(milliseconds, sequence);
        // Beyond the range of dates no Redis clock can have made it.
        return milliseconds <= 253_402_300_799_999;
    }

    public int CompareTo(ChangeId other) =>
        Milliseconds != other.Milliseconds ? Milliseconds.CompareTo(other.Milliseconds) : Sequence.CompareTo(other.Sequence);

    public static bool operator <(ChangeId left, ChangeId right) => left.CompareTo(right) < 0;
    public static bool operator >(ChangeId left, ChangeId right) => left.CompareTo(right) > 0;
    public static bool operator <=(ChangeId left, ChangeId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ChangeId left, ChangeId right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");

    private static bool TryParsePart(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
