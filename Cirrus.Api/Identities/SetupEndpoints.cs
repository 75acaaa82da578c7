using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Audit;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Audit;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary><c>/api/v1/setup</c>: the first admin, where there is no master token.</summary>
internal static class SetupEndpoints
{
    public static void MapSetup(this IEndpointRouteBuilder routes) => routes.MapPost("/setup", SetUp)
        .AllowAnonymous().CarriesSecret().WithMetadata(new AuditsItself())
        .MayAnswer(ProblemType.Forbidden, ProblemType.NotFound, ProblemType.Conflict)
        .WithTags("Identities").WithName("setUp").WithSummary("Creates the first admin with the one-time code from the API's log.");

    private static async Task<Results<Created<UserResponse>, ValidationProblem, ProblemHttpResult>> SetUp(
        SetupRequest request, HttpContext context, SetupCode setup, PasswordHasher hasher, LoginThrottle throttle, AuditTrail audit, SameOrigin origin,
        IOptions<MasterTokenOptions> master, IOptions<LoginOptions> login, TimeProvider time)
    {
        if (master.Value.IsSet)
            return ProblemsExtensions.Of(ProblemType.NotFound, "There is a master token: it creates the first admin, at /api/v1/users.");
        if (origin.Of(context.Request) == RequestOrigin.Other)
            return ProblemsExtensions.Of(ProblemType.Forbidden, "Set Cirrus up from the API's own origin.");
        if (UserEndpoints.Problem(request.Name, request.Password) is { } problem)
            return problem;

        // No user has such a name, so neither counts for the other; and strangers can't make the owner wait.
        const string Attempts = "/setup";
        var limits = login.Value.Limits with { PerName = int.MaxValue };
        var address = context.Connection.RemoteIpAddress;
        if (await throttle.AttemptAsync(Attempts, address, limits) is { } wait)
            return context.TooMany(wait, "Too many attempts have failed.");

        var code = SetupOffer.Normalise(request.Code!);
        var actor = context.Actor("setup");
        var outcome = await setup.CheckAsync(code);
        var now = time.GetUtcNow();
        var admin = new User { Name = request.Name!, Role = Role.Admin, Revision = 1, CreatedAt = now, UpdatedAt = now };
        if (outcome == SetupOutcome.Accepted)
            outcome = await setup.AcceptAsync(code, admin, await hasher.HashAsync(request.Password!), actor);
        if (outcome == SetupOutcome.Closed)
            return ProblemsExtensions.Of(ProblemType.Conflict, "Cirrus is set up: there are users.");
        if (outcome == SetupOutcome.WrongCode)
        {
            await audit.RefuseAsync(context.Actor("anonymous"), "setup", "", "wrong code");
            return ProblemsExtensions.Of(ProblemType.Forbidden, "This is not the setup code that is valid now. The API's log has it.");
        }
        await throttle.SucceedAsync(Attempts, address, limits);
        context.SetETag(admin.Revision);
        return TypedResults.Created($"/api/v1/users/{admin.Name}", UserResponse.From(admin, lastLogin: null));
    }
}

/// <summary>The first admin, and the code that permits it.</summary>
public sealed class SetupRequest
{
    /// <summary>From the API's log.</summary>
    [Required(ErrorMessage = "The setup code is required; the API's log has it."), MaxLength(64, ErrorMessage = "This is longer than any code.")]
    public string? Code { get; init; }

    /// <summary>1 to 64 of a-z, 0-9, dot, underscore and hyphen.</summary>
    public string? Name { get; init; }

    /// <summary>12 to 256 characters, and not the user's name.</summary>
    public string? Password { get; init; }
}
