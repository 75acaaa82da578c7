using Cirrus.Core.Domains;

namespace Cirrus.Api.Identities;

/// <summary>Marks a route whose <c>{name}</c>, where it has one, is a domain: a caller who is confined to others is refused.</summary>
internal sealed class ConfinedToDomain
{
    /// <summary>The domain of the path that the caller may not touch, or null.</summary>
    public static string? NotCovered(Caller caller, HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ConfinedToDomain>() is not null
        && context.Request.RouteValues["name"] is string path
        // A name that is no name is the handler's to complain of.
        && HostName.Normalise(path, allowWildcard: true, out var name) is null
        && !caller.Covers(name)
            ? name
            : null;
}

internal static class ConfinedToDomainExtensions
{
    /// <summary>For a group of which every route with a <c>{name}</c> means a domain by it.</summary>
    public static RouteGroupBuilder CheckDomainInPath(this RouteGroupBuilder domains) => domains.OpenToConfined().WithMetadata(new ConfinedToDomain());
}
