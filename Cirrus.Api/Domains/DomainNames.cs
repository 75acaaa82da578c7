using Cirrus.Core.Domains;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Domains;

/// <summary>Names of domains as callers write them.</summary>
internal static class DomainNames
{
    /// <summary>What is wrong with the name of a domain to be, or null.</summary>
    public static string? Problem(string input, ZoneOptions zone, out string name) =>
        HostName.Normalise(input, allowWildcard: true, out name) is { } problem ? $"The name {problem}."
        : name == zone.Name || name.EndsWith($".{zone.Name}", StringComparison.Ordinal) ? $"The name is inside {zone.Name}, which is Cirrus's own."
        : null;

    /// <summary>The normal form of a name in a path; null when nothing can be kept under it.</summary>
    public static string? InPath(string path) => HostName.Normalise(path, allowWildcard: true, out var name) is null ? name : null;
}
