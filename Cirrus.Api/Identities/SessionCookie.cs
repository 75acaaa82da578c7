using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>The cookie that carries a session's secret (RFC 6265).</summary>
internal sealed class SessionCookie(IOptions<SessionOptions> options, IHostEnvironment environment)
{
    public const string Name = "cirrus_session";

    public static string? Read(HttpRequest request) => request.Cookies[Name] is { Length: > 0 } secret ? secret : null;

    public void Write(HttpResponse response, string secret) => response.Cookies.Append(Name, secret, Attributes(options.Value.Lifetime));

    public void Delete(HttpResponse response) => response.Cookies.Delete(Name, Attributes(null));

    private CookieOptions Attributes(TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = options.Value.SecureCookie ?? !environment.IsDevelopment(),
        Path = "/",
        MaxAge = maxAge,
    };
}
