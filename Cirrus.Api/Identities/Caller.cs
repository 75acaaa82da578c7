using System.Security.Claims;
using Cirrus.Core.Identities;

namespace Cirrus.Api.Identities;

/// <summary>By what a caller has proved who it is.</summary>
internal enum CallerKind
{
    Master,
    Token,
    Session,
}

/// <summary>Who makes a request.</summary>
/// <param name="Name">As in the audit trail: <c>master</c>, <c>user:{name}</c>, <c>token:{name}…{suffix}</c>.</param>
/// <param name="Domains">Patterns of the domains it is confined to; null: not confined.</param>
/// <param name="ExpiresAt">When its session or token ends; null: never.</param>
/// <param name="TokenId">Of a service token: others may have its name and suffix.</param>
internal sealed record Caller(
    string Name, CallerKind Kind, Role Role, IReadOnlyList<string>? Domains = null, DateTimeOffset? ExpiresAt = null, string? TokenId = null)
{
    /// <summary>Nobody else's: whose quotas and idempotency keys these are.</summary>
    public string Identity { get; } = TokenId is null ? Name : $"token:{TokenId}";

    /// <summary>Whether it may touch the domain of this normalised name at all; its role is another question.</summary>
    public bool Covers(string domain) => Domains is null || Domains.Any(pattern => DomainPattern.Covers(pattern, domain));
}

/// <summary>Carries the <see cref="Caller"/> through the framework.</summary>
internal sealed class CallerIdentity(Caller caller, string scheme) : ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], scheme)
{
    public Caller Caller { get; } = caller;
}

internal static class CallerExtensions
{
    public static Caller Caller(this HttpContext context) =>
        context.User.FindCaller() ?? throw new InvalidOperationException("This route needs an authenticated caller.");

    public static Caller? FindCaller(this ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;
}
