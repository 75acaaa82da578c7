namespace Cirrus.Core.Identities;

/// <summary>A person who logs in. What proves it, the hash of the password, is kept apart and never leaves the store with this.</summary>
public sealed record User
{
    /// <summary>See <see cref="UserName"/>.</summary>
    public required string Name { get; init; }

    public required Role Role { get; init; }

    public int Revision { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A user with what logging in needs and leaves.</summary>
/// <param name="PasswordHash">PHC string.</param>
/// <param name="Generation">Sessions of another generation are over: it changes with the password and with "log out everywhere".</param>
/// <param name="LastLogin">Null before the first.</param>
public sealed record UserEntry(User User, string PasswordHash, string Generation, DateTimeOffset? LastLogin);

/// <summary>The result of writing a user.</summary>
/// <param name="Revision">When accepted: of a name that comes back within 30 days of its deletion it goes on counting.</param>
public readonly record struct UserWrite(UserOutcome Outcome, int Revision);

/// <summary>What happened to a write of a user.</summary>
public enum UserOutcome
{
    Accepted,

    /// <summary>The stored revision is not the expected one.</summary>
    Conflict,

    /// <summary>There is no such user.</summary>
    Missing,

    /// <summary>Nobody could manage users any more.</summary>
    LastAdmin,
}
