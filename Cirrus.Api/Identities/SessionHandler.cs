using System.Security.Claims;
using System.Text.Encodings.Web;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>Authenticates the cookie of a session.</summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme, ILoggerFactory loggers, UrlEncoder encoder, IOptions<SessionOptions> options,
    SessionStore sessions, SessionCookie cookie)
    : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, loggers, encoder)
{
    public const string Session = "Session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SessionCookie.Read(Request) is not { } secret)
            return AuthenticateResult.NoResult();
        if (await sessions.FindAsync(secret, options.Value.Lifetime) is not { } session)
            return AuthenticateResult.Fail("There is no such session any more.");

        // The browser has to keep it as long as we do.
        if (session.WasProlonged)
            cookie.Write(Response, secret);
        Context.Features.Set(session);
        var caller = new Caller($"user:{session.User.Name}", CallerKind.Session, session.User.Role, ExpiresAt: session.ExpiresAt);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(caller, Session)), Session));
    }
}
