using Cirrus.Api.Problems;

namespace Cirrus.Api.OpenApi;

/// <summary>What a route does that its types don't show, for the OpenAPI document.</summary>
internal sealed record RouteFacts(bool MakesChange = false, bool HasETag = false, params ProblemType[] Problems);

/// <summary>The body is a merge patch (RFC 7396) of what is written as <paramref name="Request"/>.</summary>
internal sealed record PatchFacts(Type Request);

/// <summary>The answer is newline-delimited JSON that ends in a line of another type than the others.</summary>
internal sealed record LastLineFacts(Type Line);

internal static class RouteFactsExtensions
{
    /// <summary>An accepted request answers with the id of its change.</summary>
    public static RouteHandlerBuilder MakesChange(this RouteHandlerBuilder route) => route.WithMetadata(new RouteFacts(MakesChange: true));

    /// <summary>Shows or writes a document with a revision: it has an ETag, and If-Match and If-None-Match are heeded.</summary>
    public static RouteHandlerBuilder HasETag(this RouteHandlerBuilder route) => route.WithMetadata(new RouteFacts(HasETag: true));

    /// <summary>Problems besides those that the route's role, parameters and body bring with them.</summary>
    public static RouteHandlerBuilder MayAnswer(this RouteHandlerBuilder route, params ProblemType[] problems) =>
        route.WithMetadata(new RouteFacts(Problems: problems));

    /// <summary>Takes a merge patch of what a <typeparamref name="T"/> writes.</summary>
    public static RouteHandlerBuilder TakesPatchOf<T>(this RouteHandlerBuilder route) => route.WithMetadata(new PatchFacts(typeof(T)));

    /// <summary>The last line of the answer is a <typeparamref name="T"/>.</summary>
    public static RouteHandlerBuilder EndsInLine<T>(this RouteHandlerBuilder route) => route.WithMetadata(new LastLineFacts(typeof(T)));
}
