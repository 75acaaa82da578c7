using System.Globalization;
using System.Text.RegularExpressions;

namespace Cirrus.Api.Changes;

/// <summary>Spans of time in a query string: a whole number and a unit, <c>250ms</c>, <c>5s</c> or <c>1m</c>.</summary>
internal static partial class Span
{
    public static bool TryParse(string text, TimeSpan longest, out TimeSpan span)
    {
        span = default;
        var match = Form().Match(text);
        if (!match.Success)
            return false;
        var number = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        span = match.Groups[2].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            _ => TimeSpan.FromMinutes(number),
        };
        return span <= longest;
    }

    [GeneratedRegex("^([0-9]{1,6})(ms|s|m)$")]
    private static partial Regex Form();
}
