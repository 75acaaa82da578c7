using Cirrus.Api.Requests;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authorization;

namespace Cirrus.Api.Identities;

/// <summary>Holds a caller against the <see cref="RoutePolicy"/> of the route.</summary>
internal sealed class RoutePolicyHandler(SameOrigin origin) : AuthorizationHandler<RoutePolicy>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoutePolicy requirement)
    {
        if (context.User.FindCaller() is { } caller)
        {
            if (context.Resource is not HttpContext http)
                throw new InvalidOperationException("A route policy is for requests.");
            if ((Forgery(caller, http.Request) ?? Refusal(caller, requirement, http)) is { } reason)
                context.Fail(new AuthorizationFailureReason(this, reason));
            else
                context.Succeed(requirement);
        }
        return Task.CompletedTask;
    }

    // A browser sends the cookie whoever made the page that asks; a token is sent by nobody but its owner.
    private string? Forgery(Caller caller, HttpRequest request) =>
        caller.Kind != CallerKind.Session || IsSafe(request.Method) || origin.Of(request) == RequestOrigin.Same ? null
        : "With a session, what changes something must come from the API's own origin: "
            + "Sec-Fetch-Site: same-origin, or Origin with its scheme and host.";

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static string? Refusal(Caller caller, RoutePolicy policy, HttpContext http) =>
        policy.MasterOnly && caller.Kind != CallerKind.Master ? "Only the master token may do this."
        : policy.SessionOnly && caller.Kind != CallerKind.Session ? "This is for users who are logged in; a token has neither session nor password."
        : caller.Role < policy.Role ? $"This needs the role {Word<Role>.Of(policy.Role)}; yours is {Word<Role>.Of(caller.Role)}."
        : caller.Domains is null ? null
        : http.GetEndpoint()?.Metadata.GetMetadata<OpenToConfined>() is null ? "This token is confined to some domains and may not do this."
        : ConfinedToDomain.NotCovered(caller, http) is { } domain ? $"This token is not for {domain}."
        : null;
}
