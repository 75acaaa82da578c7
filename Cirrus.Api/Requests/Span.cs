using System.Globalization;
using System.Text.RegularExpressions;

namespace Cirrus.Api.Requests;

/// <summary>Spans of time in a query string: a whole number and a unit, <c>250ms</c>, <c>5s</c>, <c>1m</c>, <c>12h</c> or <c>30d</c>.</summary>
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
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
        return span <= longest;
    }

    [GeneratedRegex("^([0-9]{1,6})(ms|s|m|h|d)$")]
    private static partial Regex Form();
}
