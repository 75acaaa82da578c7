using Cirrus.Api.Problems;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Identities;

/// <summary>Refuses a route about the domain <c>{name}</c> to a caller who is confined to others.</summary>
internal static class ConfinedToDomain
{
    /// <summary>For a group of which every route with a <c>{name}</c> means a domain by it.</summary>
    public static RouteGroupBuilder CheckDomainInPath(this RouteGroupBuilder domains)
    {
        domains.OpenToConfined();
        domains.AddEndpointFilter((invocation, next) =>
        {
            var context = invocation.HttpContext;
            // A name that is no name is the handler's to complain of.
            return context.Request.RouteValues["name"] is string path
                && HostName.Normalise(path, allowWildcard: true, out var name) is null
                && !context.Caller().Covers(name)
                ? ValueTask.FromResult<object?>(ProblemsExtensions.NotYours(name))
                : next(invocation);
        });
        return domains;
    }
}
