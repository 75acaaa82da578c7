using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authorization;

namespace Cirrus.Api.Identities;

/// <summary>
/// Which callers a route is for. Every route below <c>/api</c> says so itself, by <see cref="RoutePolicyExtensions.For"/>,
/// <see cref="RoutePolicyExtensions.ForMaster"/> or <c>AllowAnonymous</c>; with one that says nothing the API does not start.
/// </summary>
/// <param name="Role">The least role.</param>
/// <param name="MasterOnly">Only the master token will do.</param>
internal sealed record RoutePolicy(Role Role, bool MasterOnly = false) : IAuthorizationRequirement;

/// <summary>Marks a route that a caller confined to some domains may use; the route itself sees to it that the domain is one of them.</summary>
internal sealed class OpenToConfined;

internal static class RoutePolicyExtensions
{
    public static TBuilder For<TBuilder>(this TBuilder route, Role role) where TBuilder : IEndpointConventionBuilder =>
        route.Require(new RoutePolicy(role));

    public static TBuilder ForMaster<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.Require(new RoutePolicy(Role.Admin, MasterOnly: true));

    /// <summary>For routes that only show, to a caller confined to some domains, what is no domain's, or check the domain themselves.</summary>
    public static TBuilder OpenToConfined<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new OpenToConfined());

    /// <summary>Lets no route of the group be forgotten.</summary>
    public static RouteGroupBuilder EveryRouteSaysForWhom(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(route =>
        {
            if (!route.Metadata.Any(m => m is RoutePolicy or IAllowAnonymous))
                throw new InvalidOperationException($"{route.DisplayName} does not say for whom it is.");
        });
        return group;
    }

    private static TBuilder Require<TBuilder>(this TBuilder route, RoutePolicy policy) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(policy).RequireAuthorization(new AuthorizationPolicyBuilder().AddRequirements(policy).RequireAuthenticatedUser().Build());
}
