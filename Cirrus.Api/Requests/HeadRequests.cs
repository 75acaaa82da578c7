namespace Cirrus.Api.Requests;

/// <summary>HEAD is GET whose answer has no body (RFC 9110 section 9.3.2). The server leaves the body out by itself, so nobody else need know.</summary>
internal static class HeadRequests
{
    /// <summary>Comes before routing, for routes are made for GET.</summary>
    public static void UseHead(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
                context.Request.Method = HttpMethods.Get;
            return next(context);
        });
        app.UseRouting();
    }
}
