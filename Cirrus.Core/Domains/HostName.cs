using System.Globalization;
using System.Net;

namespace Cirrus.Core.Domains;

/// <summary>Host names in their one normal form: lower case, punycode, no trailing dot (RFC 1123 section 2.1, RFC 5890).</summary>
public static class HostName
{
    private const int MaxLength = 253;
    private const int MaxLabel = 63;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Normalises a host name.</summary>
    /// <returns>Null when it is fine, else what is wrong with it, to follow the name of the field.</returns>
    public static string? Normalise(string input, bool allowWildcard, out string name) =>
        Normalise(input, allowWildcard, minLabels: 2, out name);

    /// <summary>The same for the name of a server inside an operator's network, which may be a single label.</summary>
    public static string? NormaliseHost(string input, out string name) => Normalise(input, allowWildcard: false, minLabels: 1, out name);

    private static string? Normalise(string input, bool allowWildcard, int minLabels, out string name)
    {
        name = "";
        var text = input.EndsWith('.') ? input[..^1] : input;
        var wildcard = text.StartsWith("*.", StringComparison.Ordinal);
        if (wildcard && !allowWildcard)
            return "must not be a wildcard";
        var rest = wildcard ? text[2..] : text;

        if (Problem(rest, minLabels) is { } problem)
            return problem;
        // Without ICU .NET composes nothing, and the two spellings of a letter would be two names.
        if (rest.Any(IsPartOfLetter))
            return "must have its letters composed (Unicode NFC), or be given in punycode";
        // Clients ask for what these stand for (UTS 46), which .NET without ICU does not know.
        if (rest.Any(IsForm))
            return "must have plain letters instead of full-width, ligature and other forms of them (Unicode NFKC), or be given in punycode";
        try
        {
            // Lower case first: punycode keeps the case of what it encodes.
            rest = Idn.GetAscii(rest.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return "must consist of letters, digits and hyphens, in labels of 1 to 63 octets that neither begin nor end with a hyphen";
        }
        name = wildcard ? "*." + rest : rest;
        return name.Length <= MaxLength ? Problem(rest, minLabels) : $"must not be longer than {MaxLength} octets";
    }

    // Combining diacritics, voiced kana marks and Hangul jamo: what decomposed text (NFD) consists of.
    private static bool IsPartOfLetter(char c) => c is (>= '\u0300' and <= '\u036f') or '\u3099' or '\u309a' or (>= '\u1100' and <= '\u11ff');

    // Letterlike, enclosed, presentation and half- or full-width forms, and mathematical letters (by their first surrogate).
    private static bool IsForm(char c) => c is (>= '\u2100' and <= '\u214f') or (>= '\u2460' and <= '\u24ff') or (>= '\u3200' and <= '\u33ff')
        or '\ud835' or (>= '\ufb00' and <= '\ufdff') or (>= '\ufe30' and <= '\ufe4f') or (>= '\ufe70' and <= '\uffef');

    private static string? Problem(string name, int minLabels)
    {
        if (name.Length == 0)
            return "must not be empty";
        if (name.Length > MaxLength)
            return $"must not be longer than {MaxLength} octets";
        if (name.Any(char.IsWhiteSpace))
            return "must not contain spaces";
        if (IPAddress.TryParse(name, out _))
            return "must be a host name, not an IP address";
        var labels = name.Split('.');
        if (labels.Length < minLabels)
            return "must have at least two labels, such as www.example.com";
        if (labels.Any(l => l.Length == 0))
            return "must not contain empty labels";
        if (labels.Any(l => l.Length > MaxLabel))
            return $"must not contain a label longer than {MaxLabel} octets";
        return labels[^1].All(char.IsAsciiDigit) ? "must not end in a label of digits only" : null;
    }
}
