using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>Authenticates <c>Authorization: Bearer {master token}</c> (RFC 6750).</summary>
internal sealed class MasterTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme, ILoggerFactory loggers, UrlEncoder encoder, IOptions<MasterTokenOptions> options)
    : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, loggers, encoder)
{
    public const string Bearer = "Bearer";

    // Hashes have one length, so the comparison takes the same time whatever was sent.
    private readonly byte[] _expected = Hash(options.Value.Token);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, Bearer, StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());

        if (!CryptographicOperations.FixedTimeEquals(Hash(header.Parameter ?? ""), _expected))
            return Task.FromResult(AuthenticateResult.Fail("Unknown token."));

        var master = new CallerIdentity(new Caller("master", CallerKind.Master, Role.Admin), Bearer);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(master), Bearer)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Bearer;
        return base.HandleChallengeAsync(properties);
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
