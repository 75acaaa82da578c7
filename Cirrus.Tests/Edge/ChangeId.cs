using System.Globalization;

namespace Cirrus.Tests.Edge;

internal static class ChangeId
{
    /// <summary>Compares two change ids as numbers; none is older than any.</summary>
    public static int Compare(string? a, string? b) => Parse(a).CompareTo(Parse(b));

    private static (long Time, long Sequence) Parse(string? id)
    {
        if (id is null)
            return (-1, 0);
        var parts = id.Split('-');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
