using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Identities;

/// <summary><c>/api/v1/auth/tokens</c>: the credentials of programs.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/auth/tokens").WithTags("Identities");
        tokens.MapGet("/", ListTokens).ForMaster().WithName("listTokens").WithSummary("All service tokens, without their secrets.");
        tokens.MapPost("/", CreateToken).ForMaster().CarriesSecret()
            .WithName("createToken").WithSummary("Makes a service token; its secret is shown this once.");
        tokens.MapGet("/{id}", GetToken).ForMaster().WithName("getToken").WithSummary("One service token, without its secret.");
        tokens.MapDelete("/{id}", DeleteToken).ForMaster().WithName("deleteToken").WithSummary("Ends a service token at once.");
    }

    private static async Task<Ok<TokenList>> ListTokens(TokenStore store) =>
        TypedResults.Ok(new TokenList([.. (await store.ListAsync()).Select(TokenResponse.From)]));

    private static async Task<Results<Ok<TokenResponse>, ProblemHttpResult>> GetToken(string id, TokenStore store) =>
        await store.FindAsync(id) is { } found ? TypedResults.Ok(TokenResponse.From(found)) : ProblemsExtensions.NotFound($"token {id}");

    private static async Task<Results<Created<TokenCreated>, ValidationProblem>> CreateToken(
        TokenRequest request, HttpContext context, TokenStore store, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (request.ExpiresAt <= now)
            return ProblemsExtensions.Invalid("expiresAt", "This is in the past.");

        var secret = ServiceToken.Prefix + Secret.New();
        var token = new ServiceToken
        {
            Id = Secret.NewId(),
            Name = request.Name!,
            Role = request.Role!.Value,
            Domains = request.Patterns(),
            Suffix = secret[^2..],
            CreatedAt = now,
            CreatedBy = context.Caller().Name,
            ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
        };
        await store.AddAsync(token, secret, context.Actor());
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/v1/auth/tokens/{token.Id}", TokenCreated.From(token, secret));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteToken(string id, HttpContext context, TokenStore store) =>
        await store.DeleteAsync(id, context.Actor()) ? TypedResults.NoContent() : ProblemsExtensions.NotFound($"token {id}");
}
