using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Api.Identities;

/// <summary>The credential above all others; comes from the environment as <c>MASTER_API_TOKEN</c>, or is not set.</summary>
internal sealed class MasterTokenOptions
{
    public const string Key = "MASTER_API_TOKEN";
    private const int Shortest = 16;
    private byte[]? _hash;

    [MinLength(Shortest, ErrorMessage = $"{Key} is too short: at least 16 characters, best random ones. Leave it unset to do without.")]
    public string? Token { get; set; }

    public bool IsSet => Token is not null;

    /// <summary>Whether a secret is this token. Hashes have one length, so the comparison takes the same time whatever was sent.</summary>
    public bool Is(string secret) => Token is not null && CryptographicOperations.FixedTimeEquals(Hash(secret), _hash ??= Hash(Token));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
