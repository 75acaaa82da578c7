using System.Text.RegularExpressions;

namespace Cirrus.Api.Domains;

/// <summary>
/// What a rule's path may be. Regular expressions are run by PCRE at the edge; here .NET's linear-time engine reads them, which knows neither
/// look-around nor back-references, so no accepted expression can take an edge exponential time.
/// </summary>
internal static partial class RulePath
{
    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0 || path.Any(char.IsControl))
            return "The path must not be empty or contain control characters.";
        if (path[0] == '/')
            return path.Contains('?', StringComparison.Ordinal) ? "A path prefix has no query." : null;
        try
        {
            _ = new Regex(path, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException e)
        {
            return $"The path is not a valid regular expression: {Words(e.Error)} at character {e.Offset + 1}.";
        }
        catch (NotSupportedException)
        {
            return "The path's regular expression uses look-around, back-references or atomic groups, or is too large.";
        }
        return OnlyInDotNet().IsMatch(path) ? "The path's regular expression uses syntax that PCRE reads differently." : null;
    }

    private static string Words(RegexParseError error) =>
        CapitalLetter().Replace(error.ToString(), m => " " + m.Value.ToLowerInvariant()).TrimStart();

    // Class subtraction [a-z-[aeiou]] and Unicode blocks \p{IsGreek}.
    [GeneratedRegex(@"-\[|\\[pP]\{Is")]
    private static partial Regex OnlyInDotNet();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex CapitalLetter();
}
