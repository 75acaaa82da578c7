using Cirrus.Api.Problems;

namespace Cirrus.Api.OpenApi;

/// <summary>What a route does that its types don't show, for the OpenAPI document.</summary>
internal sealed record RouteFacts(bool MakesChange = false, bool HasETag = false, params ProblemType[] Problems);

internal static class RouteFactsExtensions
{
    /// <summary>An accepted request answers with the id of its change.</summary>
    public static RouteHandlerBuilder MakesChange(this RouteHandlerBuilder route) => route.WithMetadata(new RouteFacts(MakesChange: true));

    /// <summary>Shows or writes a document with a revision: it has an ETag, and If-Match and If-None-Match are heeded.</summary>
    public static RouteHandlerBuilder HasETag(this RouteHandlerBuilder route) => route.WithMetadata(new RouteFacts(HasETag: true));

    /// <summary>Problems besides those that the route's role, parameters and body bring with them.</summary>
    public static RouteHandlerBuilder MayAnswer(this RouteHandlerBuilder route, params ProblemType[] problems) =>
        route.WithMetadata(new RouteFacts(Problems: problems));
}
