using System.Globalization;

namespace Cirrus.Core.Acme;

/// <summary>Under which names the public registers domains (publicsuffix.org/list), of the registries' and of private ones.</summary>
public sealed class PublicSuffixList
{
    private static readonly IdnMapping Idn = new();

    private readonly HashSet<string> _rules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wildcards = new(StringComparer.Ordinal);
    private readonly HashSet<string> _exceptions = new(StringComparer.Ordinal);

    private PublicSuffixList()
    {
    }

    /// <summary>Without rules: every name of two labels is a registered domain, so that limits are kept too well rather than broken.</summary>
    public static PublicSuffixList Empty { get; } = new();

    public int Count => _rules.Count + _wildcards.Count + _exceptions.Count;

    /// <summary>Reads the list in its own format.</summary>
    public static PublicSuffixList Parse(TextReader text)
    {
        var list = new PublicSuffixList();
        while (text.ReadLine() is { } line)
        {
            // A rule is what comes before the first white space.
            var rule = line.Split([' ', '\t'], 2)[0];
            if (rule.Length == 0 || rule.StartsWith("//", StringComparison.Ordinal))
                continue;
            if (rule.StartsWith('!'))
                list._exceptions.Add(Ascii(rule[1..]));
            else if (rule.StartsWith("*.", StringComparison.Ordinal))
                list._wildcards.Add(Ascii(rule[2..]));
            else
                list._rules.Add(Ascii(rule));
        }
        return list;
    }

    /// <summary>The domain that was registered for a name; the name itself when it is a public suffix.</summary>
    /// <param name="name">Normalised; a leading <c>*.</c> does not matter.</param>
    public string RegisteredDomain(string name)
    {
        var bare = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        var labels = bare.Split('.');
        var suffix = SuffixLength(labels);
        return suffix >= labels.Length ? bare : string.Join('.', labels[^(suffix + 1)..]);
    }

    /// <summary>How many labels of a name are its public suffix: of the rules that match, an exception, else the longest.</summary>
    private int SuffixLength(string[] labels)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            var (own, parent) = (string.Join('.', labels[i..]), string.Join('.', labels[(i + 1)..]));
            if (_exceptions.Contains(own))
                return labels.Length - i - 1;
            if (_rules.Contains(own) || _wildcards.Contains(parent))
                return labels.Length - i;
        }
        // The rule for all that no rule matches is *.
        return 1;
    }

    private static string Ascii(string rule) => Array.TrueForAll([.. rule], char.IsAscii) ? rule.ToLowerInvariant() : Idn.GetAscii(rule.ToLowerInvariant());
}
