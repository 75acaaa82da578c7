using Cirrus.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Cirrus.Api.Requests;

/// <summary>
/// The revision of a document as its entity tag, <c>"{revision}"</c>, and what a request demands of it: If-Match, If-None-Match
/// (RFC 9110 sections 13.1.1 and 13.1.2), or the field <c>revision</c> of its body.
/// </summary>
internal static class Preconditions
{
    public static void SetETag(this HttpContext context, int revision) => context.Response.Headers.ETag = Tag(revision);

    /// <summary>Whether the request's headers demand anything of what is stored.</summary>
    public static bool HasPrecondition(this HttpContext context) =>
        context.Request.Headers.IfMatch.Count > 0 || context.Request.Headers.IfNoneMatch.Count > 0;

    /// <summary>Whether a GET that knows this revision already needs no body.</summary>
    public static bool IsNotModified(this HttpContext context, int revision) =>
        context.Request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } known && known.Any(t => Is(t, revision, weakly: true));

    /// <summary>What forbids a write on top of <paramref name="revision"/> (0: there is nothing yet), or null.</summary>
    /// <param name="inBody">The revision that the body says it is based on.</param>
    /// <param name="required">Whether a write on something must say what it is based on.</param>
    public static ProblemHttpResult? Refusal(this HttpContext context, string what, int revision, int? inBody = null, bool required = false)
    {
        var headers = context.Request.GetTypedHeaders();
        if (headers.IfMatch is { Count: > 0 } wanted && (revision == 0 || !wanted.Any(t => Is(t, revision, weakly: false))))
            return Failed(what, revision);
        if (headers.IfNoneMatch is { Count: > 0 } unwanted && revision != 0 && unwanted.Any(t => Is(t, revision, weakly: true)))
            return Failed(what, revision);
        if (inBody is { } expected && expected != revision)
            return Failed(what, revision);
        return required && revision != 0 && inBody is null && headers.IfMatch is not { Count: > 0 }
            ? ProblemsExtensions.Of(ProblemType.PreconditionRequired, $"{what} has revision {revision}. Send If-Match: {Tag(revision)} if that is what you mean to replace.")
            : null;
    }

    private static ProblemHttpResult Failed(string what, int revision) => ProblemsExtensions.Of(
        ProblemType.PreconditionFailed, revision == 0 ? $"{what} does not exist." : $"{what} has revision {revision} (ETag: {Tag(revision)}).");

    private static bool Is(EntityTagHeaderValue tag, int revision, bool weakly) =>
        tag.Equals(EntityTagHeaderValue.Any) || (tag.Tag == Tag(revision) && (weakly || !tag.IsWeak));

    private static string Tag(int revision) => $"\"{revision}\"";
}
