namespace Cirrus.Api.Problems;

/// <summary>
/// The kinds of problem (RFC 9457 section 3.1.1). The type of each is <c>/problems/{name}</c>, never changes its meaning, and can be opened:
/// the API answers it with what is written here.
/// </summary>
internal sealed record ProblemType(string Name, int Status, string Title, string Explanation)
{
    public string Uri => $"/problems/{Name}";

    public static readonly ProblemType Invalid = new("invalid-request", 400, "The request is not valid",
        "A field, a parameter or the body is not as it must be. 'errors' names each field at fault as it was written. Nothing was changed.");
    public static readonly ProblemType Unauthenticated = new("unauthenticated", 401, "Who are you?",
        "The request carries no session and no token that is valid. Log in, or send the header Authorization: Bearer followed by a token.");
    public static readonly ProblemType Forbidden = new("forbidden", 403, "You may not do this",
        "The caller is known, but its role, or the domains it is confined to, don't allow this.");
    public static readonly ProblemType NotFound = new("not-found", 404, "There is no such thing",
        "Nothing is kept under that name, or there is no such route.");
    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", 405, "Not with this method",
        "The route exists for other methods; the header Allow names them.");
    public static readonly ProblemType AlreadyExists = new("already-exists", 409, "It already exists",
        "A POST creates only. Change what exists by PUT or PATCH.");
    public static readonly ProblemType Conflict = new("conflict", 409, "It is not in the state for this",
        "What is stored does not allow it; the detail says why. Nothing was changed.");
    public static readonly ProblemType Contended = new("contended", 409, "Others are writing it all the time",
        "Every attempt came second to another writer. Nothing was changed; try again.");
    public static readonly ProblemType PreconditionFailed = new("precondition-failed", 412, "It has changed since you read it",
        "The header If-Match (or If-None-Match, or the field revision) does not fit what is stored: somebody else wrote in between. Read again, then decide.");
    public static readonly ProblemType TooLarge = new("body-too-large", 413, "The body is too large",
        "The detail says what fits. Nothing was changed.");
    public static readonly ProblemType UnsupportedMediaType = new("unsupported-media-type", 415, "Not in this format",
        "Send JSON as application/json, a merge patch as application/merge-patch+json, an import as application/x-ndjson.");
    public static readonly ProblemType IdempotencyMismatch = new("idempotency-mismatch", 422, "The key was used for another request",
        "An Idempotency-Key stands for one request. This one differs from the first that carried the key.");
    public static readonly ProblemType IdempotencyInFlight = new("idempotency-in-flight", 409, "The first request is still under way",
        "Another request with this Idempotency-Key has not been answered yet. Try again after the time in Retry-After.");
    public static readonly ProblemType PreconditionRequired = new("precondition-required", 428, "Say which revision you mean",
        "This write needs the header If-Match with the ETag that you read, so that it can't undo what somebody else wrote since (RFC 6585 section 3).");
    public static readonly ProblemType TooManyRequests = new("too-many-requests", 429, "Slow down",
        "Too many requests in a short time. Try again after the time in Retry-After.");
    public static readonly ProblemType Internal = new("internal", 500, "Something broke",
        "A fault of Cirrus. The log has it under the traceId.");
    public static readonly ProblemType StoreUnavailable = new("store-unavailable", 503, "The store does not answer",
        "Redis can't be reached right now. A write may or may not have been accepted: look, or send it again.");

    public static readonly IReadOnlyList<ProblemType> All =
    [
        Invalid, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, AlreadyExists, Conflict, Contended, PreconditionFailed, TooLarge,
        UnsupportedMediaType, IdempotencyMismatch, IdempotencyInFlight, PreconditionRequired, TooManyRequests, Internal, StoreUnavailable,
    ];

    /// <summary>The one that a status means by itself, or null.</summary>
    public static ProblemType? Of(int? status) => All.FirstOrDefault(t => t.Status == status);
}
