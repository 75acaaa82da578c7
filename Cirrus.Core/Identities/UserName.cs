using System.Text.RegularExpressions;

namespace Cirrus.Core.Identities;

/// <summary>Names of users: they stand in keys, paths and the audit trail as they are.</summary>
public static partial class UserName
{
    /// <summary>1 to 64 of a-z, 0-9, dot, underscore and hyphen; the first a letter or digit.</summary>
    public static bool IsValid(string name) => Shape().IsMatch(name);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Shape();
}
