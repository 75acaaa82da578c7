using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Problems;

/// <summary><c>/problems/{name}</c>: what a problem's type leads to.</summary>
internal static class ProblemPages
{
    public static void MapProblemPages(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/problems/{name}", GetPage).AllowAnonymous().ExcludeFromDescription();

    private static Results<ContentHttpResult, ProblemHttpResult> GetPage(string name) =>
        ProblemType.All.FirstOrDefault(t => t.Name == name) is { } type
            ? TypedResults.Text($"{type.Title} ({type.Status})\n\n{type.Explanation}\n")
            : ProblemsExtensions.NotFound($"problem {name}");
}
