namespace Cirrus.Api.Requests;

/// <summary>The id under which the audit trail has a request, on every answer: so a caller finds the entry of what it did, or was refused.</summary>
internal static class RequestIdHeader
{
    public const string Name = "X-Request-Id";
    public const string Explanation = "By which the audit trail knows the request: GET /api/v1/audit?requestId={id}.";

    /// <summary>The member of a problem.</summary>
    public const string Member = "requestId";

    /// <summary>Comes before all that may answer.</summary>
    public static void UseRequestIdHeader(this WebApplication app) => app.Use((context, next) =>
    {
        // As the answer starts, for the exception handler throws away the header fields that are there by then.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Name] = context.TraceIdentifier;
            return Task.CompletedTask;
        });
        return next(context);
    });
}
