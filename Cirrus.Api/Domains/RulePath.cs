using System.Text.RegularExpressions;

namespace Cirrus.Api.Domains;

/// <summary>
/// What a rule's path may be. Regular expressions are run by RE2 at the edge; here .NET's linear-time engine reads them, which knows neither
/// look-around nor back-references either; and of its syntax only what means the same to both is let through (decision 8).
/// </summary>
internal static partial class RulePath
{
    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0 || path.Any(c => c is < ' ' or > '~'))
            return "A path is printable ASCII and not empty; write other characters percent-encoded.";
        if (path[0] == '/')
            return path.Contains('?', StringComparison.Ordinal) ? "A path prefix has no query." : null;
        if (ExpressionSize.Problem(path) is { } large)
            return large;
        try
        {
            _ = new Regex(path, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException e)
        {
            return $"The path is not a valid regular expression: {InWords(e.Error)} at character {Math.Max(e.Offset, 1)}.";
        }
        catch (NotSupportedException)
        {
            return "The path's regular expression uses look-around, back-references or atomic groups.";
        }
        return Foreign(path) is { } foreign ? $"The path's regular expression uses {foreign}, which not every engine reads alike." : null;
    }

    /// <summary>How many groups a path has by number, once it is known to be valid.</summary>
    public static int Groups(string path) => path[0] == '/' ? 0 : new Regex(path, RegexOptions.CultureInvariant).GetGroupNumbers().Length - 1;

    private static string InWords(RegexParseError error) =>
        CapitalLetter().Replace(error.ToString(), m => " " + m.Value.ToLowerInvariant()).TrimStart();

    /// <summary>The first piece of syntax that .NET and RE2 may read differently, or null.</summary>
    private static string? Foreign(string pattern)
    {
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest[0] == '\\')
            {
                // A valid expression does not end in a backslash.
                if (char.IsAsciiLetterOrDigit(rest[1]) && !"dDwWsSbB".Contains(rest[1], StringComparison.Ordinal))
                    return $"\\{rest[1]}";
                i++;
            }
            else if (inClass)
            {
                if (rest[0] == '[' || rest.StartsWith("&&"))
                    return $"{rest[0]} inside a class";
                inClass = rest[0] != ']';
            }
            else if (rest[0] == '[')
            {
                inClass = true;
                // A bracket that opens the list is a member of it.
                i += rest.StartsWith("[^]") ? 2 : rest.StartsWith("[]") ? 1 : 0;
            }
            else if (rest.StartsWith("(?") && !rest.StartsWith("(?:") && !rest.StartsWith("(?i)") && !rest.StartsWith("(?i:"))
            {
                return rest.Length > 2 ? $"(?{rest[2]}" : "(?";
            }
        }
        return null;
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex CapitalLetter();
}
