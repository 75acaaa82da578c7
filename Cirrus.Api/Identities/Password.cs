using System.Globalization;

namespace Cirrus.Api.Identities;

/// <summary>
/// What a password may be. Length is what counts; there are no rules on kinds of characters (NIST SP 800-63B section 3.1.1.2). Compared after RFC 8265
/// section 4.2: other spaces become spaces, and the text is brought to Unicode normalisation form C.
/// </summary>
internal static class Password
{
    public const int Shortest = 12;
    public const int Longest = 256;

    /// <summary>Makes one uniform and says what is wrong with it as a new one, as a sentence, or null.</summary>
    public static string? Problem(string input, string userName, out string prepared)
    {
        prepared = "";
        if (!IsUnicode(input))
            return "A password is Unicode text.";
        if (input.Any(char.IsControl))
            return "A password has no control characters.";
        prepared = Prepare(input);
        if (prepared.EnumerateRunes().Count() is < Shortest or > Longest)
            return $"A password has {Shortest} to {Longest} characters.";
        return string.Equals(prepared, userName, StringComparison.OrdinalIgnoreCase) ? "The user's name is no password." : null;
    }

    /// <summary>Makes one that is to be verified uniform.</summary>
    public static string Prepare(string input) =>
        IsUnicode(input) ? Composition.Compose(string.Create(input.Length, input, Spaces)) : input;

    private static void Spaces(Span<char> output, string input)
    {
        for (var i = 0; i < output.Length; i++)
            output[i] = char.GetUnicodeCategory(input[i]) == UnicodeCategory.SpaceSeparator ? ' ' : input[i];
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
