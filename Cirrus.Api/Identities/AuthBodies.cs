using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Requests;
using Cirrus.Core.Identities;

namespace Cirrus.Api.Identities;

// Classes, as a record would print its password when it is logged.

/// <summary>Name and password of a user.</summary>
public sealed class LoginRequest
{
    [Required(ErrorMessage = "A name is required."), MaxLength(64, ErrorMessage = "A name has at most 64 characters.")]
    public string? Name { get; init; }

    [Required(ErrorMessage = "A password is required."), MaxLength(1_024, ErrorMessage = "This is longer than any password.")]
    public string? Password { get; init; }
}

/// <summary>A change of one's own password.</summary>
public sealed class PasswordRequest
{
    /// <summary>The password until now.</summary>
    [Required(ErrorMessage = "The current password is required."), MaxLength(1_024, ErrorMessage = "This is longer than any password.")]
    public string? Current { get; init; }

    /// <summary>12 to 256 characters, and not the user's name.</summary>
    [Required(ErrorMessage = "A new password is required.")]
    public string? New { get; init; }
}

/// <summary>Who the API takes the caller for.</summary>
/// <param name="Name">The user's name; of a token its name and the last two characters of its secret; or master.</param>
/// <param name="Kind">master, token or session.</param>
/// <param name="Domains">Patterns of the domains the token is confined to; null: not confined.</param>
/// <param name="ExpiresAt">When the session ends unless it is used, or the token; null: never.</param>
public sealed record MeResponse(string Name, string Kind, Role Role, IReadOnlyList<string>? Domains, DateTimeOffset? ExpiresAt)
{
    internal static MeResponse From(Caller caller) => new(
        caller.Name[(caller.Name.IndexOf(':', StringComparison.Ordinal) + 1)..], Word<CallerKind>.Of(caller.Kind), caller.Role, caller.Domains, caller.ExpiresAt);
}
