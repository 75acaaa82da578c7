using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary><c>/api/v1/users</c>.</summary>
internal static class UserEndpoints
{
    private const string Shape = "A name has 1 to 64 lower-case letters, digits, dots, underscores and hyphens and begins with a letter or digit.";

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/users").WithTags("Identities");
        users.MapGet("/", ListUsers).For(Role.Admin).WithName("listUsers").WithSummary("All users in order of name.");
        users.MapPost("/", CreateUser).For(Role.Admin).CarriesSecret().MayAnswer(ProblemType.AlreadyExists)
            .WithName("createUser").WithSummary("Creates a user.");
        users.MapGet("/{name}", GetUser).For(Role.Admin).HasETag().Produces(StatusCodes.Status304NotModified)
            .WithName("getUser").WithSummary("One user.");
        users.MapPut("/{name}", PutUser).For(Role.Admin).HasETag().MayAnswer(ProblemType.Conflict)
            .WithName("putUser").WithSummary("Changes a user's role and, when a password is given, the password, which ends all her sessions.");
        users.MapDelete("/{name}", DeleteUser).For(Role.Admin).HasETag().MayAnswer(ProblemType.Conflict)
            .WithName("deleteUser").WithSummary("Removes a user and ends all her sessions.");
    }

    /// <summary>What is wrong with a name and a password of a new user, or null.</summary>
    public static ValidationProblem? Problem(string? name, string? password)
    {
        if (name is null || !UserName.IsValid(name))
            return ProblemsExtensions.Invalid("name", Shape);
        if (password is null)
            return ProblemsExtensions.Invalid("password", "A password is required.");
        return Password.Problem(password, name) is { } problem ? ProblemsExtensions.Invalid("password", problem) : null;
    }

    private static async Task<Ok<UserList>> ListUsers(UserStore store) =>
        TypedResults.Ok(new UserList([.. (await store.ListAsync()).Select(UserResponse.From)]));

    private static async Task<Results<Created<UserResponse>, ValidationProblem, ProblemHttpResult>> CreateUser(
        UserRequest request, HttpContext context, UserStore store, PasswordHasher hasher, TimeProvider time)
    {
        if (Problem(request.Name, request.Password) is { } problem)
            return problem;
        if (await store.FindAsync(request.Name!) is not null)
            return ProblemsExtensions.AlreadyExists($"The user {request.Name}");

        var now = time.GetUtcNow();
        var user = new User { Name = request.Name!, Role = request.Role!.Value, Revision = 1, CreatedAt = now, UpdatedAt = now };
        var (outcome, revision) = await store.PutAsync(user, await hasher.HashAsync(request.Password!), keepAnAdmin: false, context.Actor());
        if (outcome != UserOutcome.Accepted)
            return ProblemsExtensions.AlreadyExists($"The user {user.Name}");
        user = user with { Revision = revision };
        context.SetETag(user.Revision);
        return TypedResults.Created($"/api/v1/users/{user.Name}", UserResponse.From(user, lastLogin: null));
    }

    private static async Task<Results<Ok<UserResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetUser(
        string name, HttpContext context, UserStore store)
    {
        if (await FindAsync(name, store) is not { } found)
            return ProblemsExtensions.NotFound($"user {name}");
        context.SetETag(found.User.Revision);
        return context.IsNotModified(found.User.Revision)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(UserResponse.From(found));
    }

    private static async Task<Results<Ok<UserResponse>, ValidationProblem, ProblemHttpResult>> PutUser(
        string name, UserRequest request, HttpContext context, UserStore store, PasswordHasher hasher, IOptions<MasterTokenOptions> master,
        TimeProvider time)
    {
        if (request.Name is not null && request.Name != name)
            return ProblemsExtensions.Invalid("name", "The name in the body is not the one in the path; a user can't be renamed.");
        if (request.Password is not null && Problem(name, request.Password) is { } problem)
            return problem;
        // Whoever has found an open browser must not make it his own.
        if (request.Password is not null && context.Caller().Name == $"user:{name}")
            return ProblemsExtensions.Invalid("password", "Change your own password at auth/password, which asks for the current one.");

        string? hash = null;
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            if (await FindAsync(name, store) is not { } current)
                return ProblemsExtensions.NotFound($"user {name}");
            if (context.Refusal(name, current.User.Revision, request.Revision) is { } refusal)
                return refusal;

            hash ??= request.Password is null ? null : await hasher.HashAsync(request.Password);
            var user = current.User with { Role = request.Role!.Value, Revision = current.User.Revision + 1, UpdatedAt = time.GetUtcNow() };
            var (outcome, _) = await store.PutAsync(user, hash, keepAnAdmin: !master.Value.IsSet, context.Actor());
            if (outcome == UserOutcome.LastAdmin)
                return LastAdmin(name);
            if (outcome != UserOutcome.Accepted)
                continue;
            context.SetETag(user.Revision);
            return TypedResults.Ok(UserResponse.From(user, current.LastLogin));
        }
        return ProblemsExtensions.Contended(name);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteUser(
        string name, HttpContext context, UserStore store, IOptions<MasterTokenOptions> master)
    {
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            if (await FindAsync(name, store) is not { } current)
                return ProblemsExtensions.NotFound($"user {name}");
            if (context.Refusal(name, current.User.Revision) is { } refusal)
                return refusal;

            var outcome = await store.DeleteAsync(name, current.User.Revision, keepAnAdmin: !master.Value.IsSet, context.Actor());
            if (outcome == UserOutcome.LastAdmin)
                return LastAdmin(name);
            if (outcome == UserOutcome.Accepted)
                return TypedResults.NoContent();
        }
        return ProblemsExtensions.Contended(name);
    }

    private static ProblemHttpResult LastAdmin(string name) => ProblemsExtensions.Of(
        ProblemType.Conflict, $"{name} is the last admin, and there is no master token: nobody could manage users any more.");

    private static async Task<UserEntry?> FindAsync(string name, UserStore store) => UserName.IsValid(name) ? await store.FindAsync(name) : null;
}
