namespace Cirrus.Core.Identities;

/// <summary>A program's credential, without its secret.</summary>
public sealed record ServiceToken
{
    /// <summary>What a secret begins with, so that a scanner for leaked secrets knows it.</summary>
    public const string Prefix = "cirrus_";

    /// <summary>128 random bits in hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }
    public required Role Role { get; init; }

    /// <summary>Normalised patterns of the domains it is confined to (<see cref="DomainPattern"/>); null: not confined.</summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>The last two characters of the secret: enough to tell tokens apart, too few to guess by.</summary>
    public required string Suffix { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whoever made it, as in the audit trail.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A token with when it was last used, to the minute; null: never.</summary>
public sealed record TokenEntry(ServiceToken Token, DateTimeOffset? LastUsedAt);
