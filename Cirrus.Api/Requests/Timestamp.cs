using System.Globalization;
using System.Text.RegularExpressions;

namespace Cirrus.Api.Requests;

/// <summary>Points in time as RFC 3339 section 5.6 writes them; .NET alone also reads much else.</summary>
internal static partial class Timestamp
{
    /// <summary>What to tell someone who wrote something else.</summary>
    public const string Expected = "A time looks like 2026-01-02T03:04:05Z; the + of an offset is written %2B here.";

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        return Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,7})?([Zz]|[+-]\d{2}:\d{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
