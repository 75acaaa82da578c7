using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Cirrus.Core.Identities;

namespace Cirrus.Api.Identities;

/// <summary>A user as an admin writes it. What the API itself adds to a user may be sent back with it.</summary>
public sealed class UserRequest
{
    /// <summary>1 to 64 of a-z, 0-9, dot, underscore and hyphen. With PUT it may be left out; else the same as in the path.</summary>
    public string? Name { get; init; }

    [Required(ErrorMessage = "A role is required: viewer, operator or admin.")]
    public Role? Role { get; init; }

    /// <summary>12 to 256 characters, and not the user's name. Required with POST; with PUT, left out, the password stays.</summary>
    public string? Password { get; init; }

    /// <summary>When given, the write is refused with 412 unless this is the stored revision.</summary>
    [Range(1, int.MaxValue, ErrorMessage = "A revision is at least 1.")]
    public int? Revision { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? CreatedAt { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? UpdatedAt { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? LastLogin { get; init; }
}

/// <summary>A user as the API shows it.</summary>
/// <param name="LastLogin">Null: never.</param>
public sealed record UserResponse(
    string Name, Role Role, DateTimeOffset? LastLogin, int Revision, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static UserResponse From(UserEntry entry) => From(entry.User, entry.LastLogin);

    internal static UserResponse From(User user, DateTimeOffset? lastLogin) =>
        new(user.Name, user.Role, lastLogin, user.Revision, user.CreatedAt, user.UpdatedAt);
}

/// <summary>All users in order of name.</summary>
public sealed record UserList(IReadOnlyList<UserResponse> Items);
