using Cirrus.Api.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Cirrus.Api.Identities;

/// <summary>Tells a caller who is refused why.</summary>
internal sealed class RefusalToProblem : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult is { Forbidden: true, AuthorizationFailure: { } failure } && failure.FailureReasons.FirstOrDefault() is { } reason
            ? ProblemsExtensions.Of(ProblemType.Forbidden, reason.Message).ExecuteAsync(context)
            : _default.HandleAsync(next, context, policy, authorizeResult);
}
