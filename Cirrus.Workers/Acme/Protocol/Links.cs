using System.Text.RegularExpressions;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>The header Link (RFC 8288), as far as CAs use it.</summary>
internal static partial class Links
{
    /// <summary>Targets of a relation, in order.</summary>
    /// <param name="at">What relative targets are relative to.</param>
    public static IReadOnlyList<Uri> Find(IEnumerable<string> headers, string relation, Uri at) =>
    [
        .. from header in headers
           from Match link in Link().Matches(header)
           where Relation().Match(link.Groups["parameters"].Value) is { Success: true } found
               && found.Groups["names"].Value.Split(' ').Contains(relation, StringComparer.OrdinalIgnoreCase)
           let target = Uri.TryCreate(at, link.Groups["target"].Value, out var uri) ? uri : null
           where target is not null
           select target,
    ];

    [GeneratedRegex("<(?<target>[^<>]*)>(?<parameters>[^<]*)")]
    private static partial Regex Link();

    [GeneratedRegex("""; *rel *= *(?:"(?<names>[^"]*)"|(?<names>[^ ;,"]+))""", RegexOptions.IgnoreCase)]
    private static partial Regex Relation();
}
