using System.Globalization;
using System.Text;

namespace Cirrus.Api.Identities;

/// <summary>
/// Unicode normalisation form C (UAX #15), by which one text is one password however a keyboard puts its accents. The framework's own needs ICU, which
/// Cirrus runs without.
/// </summary>
internal static class Composition
{
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7;
    private const int LCount = 19, VCount = 21, TCount = 28, SCount = LCount * VCount * TCount;

    private static readonly Dictionary<int, byte> Classes = [];
    private static readonly Dictionary<int, int[]> Parts = [];
    private static readonly Dictionary<(int, int), int> Pairs = [];

    static Composition()
    {
        using var stream = typeof(Composition).Assembly.GetManifestResourceStream("composition.txt")
            ?? throw new InvalidOperationException("The table of compositions is not embedded.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "class")
                AddClass(byte.Parse(words[1], CultureInfo.InvariantCulture), words[2]);
            else if (words[0] == "pair")
                Array.ForEach(words[1..], AddPair);
        }
    }

    /// <summary>Of text without lone surrogates.</summary>
    public static string Compose(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var points = new List<int>();
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, points);
        Order(points);
        var result = new StringBuilder(text.Length);
        foreach (var point in Join(points))
            result.Append(new Rune(point).ToString());
        return result.ToString();
    }

    private static void Decompose(int point, List<int> into)
    {
        if (point - SBase is >= 0 and < SCount and var hangul)
        {
            into.AddRange([LBase + (hangul / (VCount * TCount)), VBase + (hangul % (VCount * TCount) / TCount)]);
            if (hangul % TCount is > 0 and var trail)
                into.Add(TBase + trail);
        }
        else if (Parts.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
                Decompose(part, into);
        }
        else
        {
            into.Add(point);
        }
    }

    // Marks of different classes don't touch each other, so their order says nothing: sorted, but stably, between starters.
    private static void Order(List<int> points)
    {
        for (var start = 0; start < points.Count;)
        {
            var end = start + 1;
            while (end < points.Count && Class(points[end]) != 0)
                end++;
            var marks = points[(start + 1)..end].OrderBy(Class).ToList();
            for (var i = 0; i < marks.Count; i++)
                points[start + 1 + i] = marks[i];
            start = end;
        }
    }

    private static List<int> Join(List<int> points)
    {
        var joined = new List<int>(points.Count);
        var starter = -1;
        foreach (var point in points)
        {
            var isBlocked = starter < 0 || (joined.Count - 1 > starter && (Class(joined[^1]) == 0 || Class(joined[^1]) >= Class(point)));
            if (!isBlocked && Pair(joined[starter], point) is { } composed)
            {
                joined[starter] = composed;
                continue;
            }
            joined.Add(point);
            if (Class(point) == 0)
                starter = joined.Count - 1;
        }
        return joined;
    }

    private static int? Pair(int first, int second)
    {
        if (first - LBase is >= 0 and < LCount and var lead && second - VBase is >= 0 and < VCount and var vowel)
            return SBase + (((lead * VCount) + vowel) * TCount);
        if (first - SBase is >= 0 and < SCount and var syllable && syllable % TCount == 0 && second - TBase is > 0 and < TCount and var trail)
            return first + trail;
        return Pairs.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int Class(int point) => Classes.GetValueOrDefault(point);

    private static void AddClass(byte value, string ranges)
    {
        foreach (var range in ranges.Split(','))
        {
            var ends = range.Split('-');
            for (var point = Point(ends[0]); point <= Point(ends[^1]); point++)
                Classes[point] = value;
        }
    }

    private static void AddPair(string text)
    {
        var sides = text.TrimStart('!').Split('=');
        var composed = Point(sides[0]);
        Parts[composed] = [.. sides[1].Split('+').Select(Point)];
        if (text[0] != '!')
            Pairs[(Parts[composed][0], Parts[composed][1])] = composed;
    }

    private static int Point(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
