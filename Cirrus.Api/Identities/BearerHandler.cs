using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Cirrus.Api.Problems;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>Authenticates <c>Authorization: Bearer {token}</c> (RFC 6750): the master token or a service token.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme, ILoggerFactory loggers, UrlEncoder encoder, IOptions<MasterTokenOptions> options,
    TokenStore tokens, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, loggers, encoder)
{
    public const string Bearer = "Bearer";

    private string? _refusal;

    /// <summary>Whether a request brings such a token, right or wrong.</summary>
    public static bool IsUsedBy(HttpRequest request) => Credentials(request) is not null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Credentials(Request) is not { } secret)
            return AuthenticateResult.NoResult();

        if (options.Value.Is(secret))
            return Known(new Caller("master", CallerKind.Master, Role.Admin));
        if (!secret.StartsWith(ServiceToken.Prefix, StringComparison.Ordinal) || await tokens.FindBySecretAsync(secret) is not { } entry)
            return Refused("This is not a valid token.");
        // Said only to somebody who has the token.
        if (entry.Token.ExpiresAt <= time.GetUtcNow())
            return Refused("This token has expired.");

        tokens.NoteUse(entry, secret);
        var token = entry.Token;
        return Known(new Caller($"token:{token.Name}…{token.Suffix}", CallerKind.Token, token.Role, token.Domains, token.ExpiresAt, token.Id));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = _refusal is null ? Bearer : $"{Bearer} error=\"invalid_token\", error_description=\"{_refusal}\"";
        return _refusal is null
            ? base.HandleChallengeAsync(properties)
            : ProblemsExtensions.Of(ProblemType.Unauthenticated, _refusal).ExecuteAsync(Context);
    }

    private static string? Credentials(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && string.Equals(header.Scheme, Bearer, StringComparison.OrdinalIgnoreCase)
            ? header.Parameter ?? ""
            : null;

    private AuthenticateResult Refused(string why) => AuthenticateResult.Fail(_refusal = why);

    private static AuthenticateResult Known(Caller caller) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(caller, Bearer)), Bearer));
}
