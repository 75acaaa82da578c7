using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Acme;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Certificates;

/// <summary><c>/api/v1/certificates/authorities/{name}</c>: what is asked of an authority besides certificates.</summary>
internal static class AuthorityEndpoints
{
    public static void MapAuthorities(this RouteGroupBuilder certificates) =>
        certificates.MapPost("/authorities/{name}/key", ChangeAccountKey).For(Role.Admin).AnswersAgain((_, _) => TypedResults.Accepted((string?)null))
            .WithName("changeAccountKey").WithSummary("Give our account at an authority a new key");

    private static async Task<Results<Accepted, ProblemHttpResult>> ChangeAccountKey(string name, HttpContext context, AuthorityChoreStore chores) =>
        await chores.RequestRolloverAsync(name, context.Actor())
            ? TypedResults.Accepted((string?)null)
            : ProblemsExtensions.NotFound($"authority {name}");
}
