using Cirrus.Core.Steering;

namespace Cirrus.Core.Acme;

/// <summary>The CNAME record that a customer makes once, so that challenges for an identifier are answered by our own zone (RFC 8555 section 8.4).</summary>
/// <param name="Name">Absolute, with its trailing dot.</param>
/// <param name="Target">The same.</param>
public sealed record ChallengeAlias(string Name, string Target)
{
    /// <summary>One for each of a certificate's names; a name and its wildcard share theirs, and names of our own zone need none.</summary>
    public static IReadOnlyList<ChallengeAlias> Of(IEnumerable<string> names, string zone) =>
    [
        .. from name in names.Select(Identifier).Distinct(StringComparer.Ordinal)
           where name != zone && !name.EndsWith($".{zone}", StringComparison.Ordinal)
           select new ChallengeAlias($"_acme-challenge.{name}.", $"{AccessName.Challenge(name)}.{zone}."),
    ];

    /// <summary>What authorities call a name: without <c>*.</c>.</summary>
    public static string Identifier(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
}
