namespace Cirrus.Core.Purges;

/// <summary>What a purge makes unreachable at every edge.</summary>
/// <param name="Domain">The normalised name of the domain.</param>
/// <param name="Kind">How <paramref name="Values"/> are meant.</param>
/// <param name="Values">Paths (with query for <see cref="PurgeKind.Url"/>); empty for <see cref="PurgeKind.Everything"/>.</param>
public sealed record Purge(string Domain, PurgeKind Kind, IReadOnlyList<string> Values);

public enum PurgeKind
{
    Everything,
    Prefix,
    Url,
}
