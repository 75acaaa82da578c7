using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Identities;

/// <summary>The credential above all others; comes from the environment as <c>MASTER_API_TOKEN</c>, or is not set.</summary>
internal sealed class MasterTokenOptions
{
    public const string Key = "MASTER_API_TOKEN";
    private const int Shortest = 16;

    [MinLength(Shortest, ErrorMessage = $"{Key} is too short: at least 16 characters, best random ones. Leave it unset to do without.")]
    public string? Token { get; set; }

    public bool IsSet => Token is not null;
}
