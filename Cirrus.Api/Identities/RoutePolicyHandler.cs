using Microsoft.AspNetCore.Authorization;

namespace Cirrus.Api.Identities;

/// <summary>Holds a caller against the <see cref="RoutePolicy"/> of the route.</summary>
internal sealed class RoutePolicyHandler : AuthorizationHandler<RoutePolicy>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoutePolicy requirement)
    {
        if (context.User.FindCaller() is { } caller)
        {
            var route = (context.Resource as HttpContext)?.GetEndpoint();
            if (Refusal(caller, requirement, route?.Metadata.GetMetadata<OpenToConfined>() is not null) is { } reason)
                context.Fail(new AuthorizationFailureReason(this, reason));
            else
                context.Succeed(requirement);
        }
        return Task.CompletedTask;
    }

    private static string? Refusal(Caller caller, RoutePolicy policy, bool openToConfined) =>
        policy.MasterOnly && caller.Kind != CallerKind.Master ? "Only the master token may do this."
        : caller.Role < policy.Role ? $"This needs the role {policy.Role.ToString().ToLowerInvariant()}; yours is {caller.Role.ToString().ToLowerInvariant()}."
        : caller.Domains is not null && !openToConfined ? "This token is confined to some domains and may not do this."
        : null;
}
