using Cirrus.Api.Audit;
using Cirrus.Api.Idempotency;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary><c>/api/v1/auth</c>: logging in and out, and one's own password.</summary>
internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Identities");
        auth.MapPost("/login", LogIn).AllowAnonymous().CarriesSecret().WithMetadata(new AuditsItself())
            .MayAnswer(ProblemType.Unauthenticated, ProblemType.Forbidden)
            .WithName("logIn").WithSummary("Starts a session.");
        auth.MapPost("/logout", LogOut).ForSession().AnswersAgain((_, _) => TypedResults.NoContent()).WithName("logOut").WithSummary("Ends this session or all of one's sessions.");
        auth.MapGet("/me", GetMe).For(Role.Viewer).OpenToConfined().WithName("getMe").WithSummary("Who the API takes the caller for.");
        auth.MapPut("/password", PutPassword).ForSession().WithMetadata(new AuditsItself())
            .WithName("changePassword").WithSummary("Changes one's own password; every session ends but this one, which is renewed.");
    }

    private static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> LogIn(
        LoginRequest request, HttpContext context, PasswordCheck check, PasswordHasher hasher, SessionStore sessions, SessionCookie cookie,
        SameOrigin origin, IOptions<SessionOptions> options, TimeProvider time)
    {
        // Another site must not log its visitors in as somebody else.
        if (origin.Of(context.Request) == RequestOrigin.Other)
            return ProblemsExtensions.Of(ProblemType.Forbidden, "Log in from the API's own origin.");

        var name = request.Name!.ToLowerInvariant();
        var (user, refusal) = await check.CheckAsync(context, "login", name, request.Password!, context.Actor("anonymous"), () => Wrong(context));
        if (user is null)
            return refusal!;

        var rehashed = hasher.IsOutdated(user.PasswordHash) ? await hasher.HashAsync(request.Password!) : null;
        var lifetime = options.Value.Lifetime;
        if (await sessions.OpenAsync(user, rehashed, lifetime, context.Actor($"user:{name}")) is not { } secret)
            return Wrong(context);
        cookie.Write(context.Response, secret);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(MeResponse.From(new Caller(
            $"user:{name}", CallerKind.Session, user.User.Role, ExpiresAt: time.GetUtcNow() + lifetime)));
    }

    private static async Task<NoContent> LogOut(HttpContext context, SessionStore sessions, SessionCookie cookie, bool everywhere = false)
    {
        await sessions.CloseAsync(context.Features.GetRequiredFeature<Session>(), everywhere, context.Actor());
        cookie.Delete(context.Response);
        return TypedResults.NoContent();
    }

    private static Ok<MeResponse> GetMe(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(MeResponse.From(context.Caller()));
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> PutPassword(
        PasswordRequest request, HttpContext context, PasswordCheck check, PasswordHasher hasher, UserStore users, SessionStore sessions,
        SessionCookie cookie, IOptions<SessionOptions> options, TimeProvider time)
    {
        var name = context.Features.GetRequiredFeature<Session>().User.Name;
        if (Password.Problem(request.New!, name) is { } problem)
            return ProblemsExtensions.Invalid("new", problem);
        var (user, refusal) = await check.CheckAsync(context, "password", name, request.Current!, context.Actor(),
            () => ProblemsExtensions.Of(ProblemType.Forbidden, "The current password is another."));
        if (user is null)
            return refusal!;

        var hash = await hasher.HashAsync(request.New!);
        var renewed = user.User with { Revision = user.User.Revision + 1, UpdatedAt = time.GetUtcNow() };
        if ((await users.PutAsync(renewed, hash, keepAnAdmin: false, context.Actor(), "password")).Outcome != UserOutcome.Accepted)
            return ProblemsExtensions.Contended(name);
        if (await users.FindAsync(name) is { } after && after.PasswordHash == hash
            && await sessions.OpenAsync(after, null, options.Value.Lifetime, context.Actor()) is { } secret)
            cookie.Write(context.Response, secret);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult Wrong(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = BearerHandler.Bearer;
        return ProblemsExtensions.Of(ProblemType.Unauthenticated, "The name or the password is wrong.");
    }
}
