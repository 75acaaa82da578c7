using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Identities;

namespace Cirrus.Api.Identities;

/// <summary>A service token to be made.</summary>
public sealed record TokenRequest : IValidatableObject
{
    private const int MostDomains = 100;

    /// <summary>What it is for; need not be unique.</summary>
    [Required(ErrorMessage = "A name is required.")]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$",
        ErrorMessage = "A name has 1 to 64 letters, digits, spaces, dots, underscores and hyphens and begins with a letter or digit.")]
    public string? Name { get; init; }

    [Required(ErrorMessage = "A role is required: viewer, operator or admin.")]
    public Role? Role { get; init; }

    /// <summary>Host names, or patterns such as *.example.com, of the only domains it is for; left out: for all.</summary>
    [MinLength(1, ErrorMessage = "Name at least one domain, or leave the field out for a token that is for all.")]
    [MaxLength(MostDomains, ErrorMessage = "At most 100 domains.")]
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>From when on it is refused; left out: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Domains is not null && Role == Core.Identities.Role.Admin)
            yield return new ValidationResult(
                "A token confined to domains is viewer or operator: an admin's work is not about domains.", [nameof(Role)]);
        foreach (var (index, pattern) in (Domains ?? []).Index())
        {
            if (DomainPattern.Normalise(pattern ?? "", out _) is { } problem)
                yield return new ValidationResult($"The pattern {problem}.", [$"{nameof(Domains)}[{index}]"]);
        }
    }

    internal IReadOnlyList<string>? Patterns() => Domains is null ? null
        : [.. Domains.Select(d => DomainPattern.Normalise(d, out var pattern) is null ? pattern : d).Distinct(StringComparer.Ordinal)];
}

/// <summary>A service token, without its secret.</summary>
/// <param name="Suffix">The last two characters of the secret.</param>
/// <param name="CreatedBy">Whoever made it, as in the audit trail.</param>
/// <param name="LastUsedAt">To the minute; null: never.</param>
public sealed record TokenResponse(
    string Id, string Name, Role Role, IReadOnlyList<string>? Domains, string Suffix, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt)
{
    internal static TokenResponse From(TokenEntry entry) => new(
        entry.Token.Id, entry.Token.Name, entry.Token.Role, entry.Token.Domains, entry.Token.Suffix, entry.Token.CreatedAt, entry.Token.CreatedBy,
        entry.Token.ExpiresAt, entry.LastUsedAt);
}

/// <summary>A new service token.</summary>
public sealed class TokenCreated
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required Role Role { get; init; }

    /// <summary>Patterns of the only domains it is for; null: for all.</summary>
    public required IReadOnlyList<string>? Domains { get; init; }

    /// <summary>The secret. It is kept nowhere and can't be shown again.</summary>
    public required string Token { get; init; }

    /// <summary>The last two characters of the secret.</summary>
    public required string Suffix { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }

    internal static TokenCreated From(ServiceToken token, string secret) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Role = token.Role,
        Domains = token.Domains,
        Token = secret,
        Suffix = token.Suffix,
        CreatedAt = token.CreatedAt,
        CreatedBy = token.CreatedBy,
        ExpiresAt = token.ExpiresAt,
    };
}

/// <summary>All service tokens in order of name.</summary>
public sealed record TokenList(IReadOnlyList<TokenResponse> Items);
