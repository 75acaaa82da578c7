using Cirrus.Core.Steering;

namespace Cirrus.Workers.Acme;

/// <summary>Where the proofs for a name are looked for.</summary>
internal static class ChallengeNames
{
    private const string Label = "_acme-challenge.";

    /// <summary>What authorities call the name: without <c>*.</c>.</summary>
    public static string Identifier(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;

    /// <summary>Where an authority looks.</summary>
    public static string At(string identifier) => Label + identifier;

    /// <summary>Where we answer, and the customer's CNAME points.</summary>
    public static string Target(string identifier, string zone) => $"{AccessName.Challenge(identifier)}.{zone}";

    /// <summary>Whether a name lies in our own zone, where nobody need make a CNAME.</summary>
    public static bool IsOurs(string identifier, string zone) => identifier == zone || identifier.EndsWith("." + zone, StringComparison.Ordinal);
}
