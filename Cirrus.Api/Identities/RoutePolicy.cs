using Cirrus.Api.Idempotency;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authorization;

namespace Cirrus.Api.Identities;

/// <summary>
/// Which callers a route is for. Every route below <c>/api</c> says so itself, by <see cref="RoutePolicyExtensions.For"/>,
/// <see cref="RoutePolicyExtensions.ForMaster"/>, <see cref="RoutePolicyExtensions.ForSession"/> or <c>AllowAnonymous</c>; with one that says
/// nothing the API does not start.
/// </summary>
/// <param name="Role">The least role.</param>
/// <param name="MasterOnly">Only the master token will do.</param>
/// <param name="SessionOnly">Only the session of a user will do.</param>
internal sealed record RoutePolicy(Role Role, bool MasterOnly = false, bool SessionOnly = false) : IAuthorizationRequirement;

/// <summary>Marks a route that a caller confined to some domains may use; the route itself sees to it that the domain is one of them.</summary>
internal sealed class OpenToConfined;

internal static class RoutePolicyExtensions
{
    public static TBuilder For<TBuilder>(this TBuilder route, Role role) where TBuilder : IEndpointConventionBuilder =>
        route.Require(new RoutePolicy(role));

    public static TBuilder ForMaster<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.Require(new RoutePolicy(Role.Admin, MasterOnly: true));

    /// <summary>For what only somebody logged in has, in any role.</summary>
    public static TBuilder ForSession<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.Require(new RoutePolicy(Role.Viewer, SessionOnly: true));

    /// <summary>For routes that only show, to a caller confined to some domains, what is no domain's, or check the domain themselves.</summary>
    public static TBuilder OpenToConfined<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new OpenToConfined());

    /// <summary>For routes whose body or answer holds a secret: neither may be kept, not even as a plain hash.</summary>
    public static TBuilder CarriesSecret<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new NoIdempotency("This route takes no Idempotency-Key, as nothing of its secrets is kept."));

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
