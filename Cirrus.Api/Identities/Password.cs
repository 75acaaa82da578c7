namespace Cirrus.Api.Identities;

/// <summary>
/// What a password may be. Length is what counts; there are no rules on kinds of characters (NIST SP 800-63B section 3.1.1.2). Compared octet by octet
/// in UTF-8, as it was typed.
/// </summary>
internal static class Password
{
    public const int Shortest = 12;
    public const int Longest = 256;

    /// <summary>What is wrong with a new one, as a sentence, or null.</summary>
    public static string? Problem(string input, string userName)
    {
        if (!IsUnicode(input))
            return "A password is Unicode text.";
        if (input.Any(char.IsControl))
            return "A password has no control characters.";
        if (input.EnumerateRunes().Count() is < Shortest or > Longest)
            return $"A password has {Shortest} to {Longest} characters.";
        return string.Equals(input, userName, StringComparison.OrdinalIgnoreCase) ? "The user's name is no password." : null;
    }

    // A surrogate without its other half is no character.
    private static bool IsUnicode(string input)
    {
        for (var i = 0; i < input.Length; i++)
        {
            if (char.IsHighSurrogate(input[i]) && i + 1 < input.Length && char.IsLowSurrogate(input[i + 1]))
                i++;
            else if (char.IsSurrogate(input[i]))
                return false;
        }
        return true;
    }
}
