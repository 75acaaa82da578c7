using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Core.Identities;

/// <summary>
/// Credentials that Cirrus makes itself: 256 random bits. Nobody can try them all, so a plain SHA-256 is enough to keep them by, and one look-up
/// by that hash finds whose they are without telling anything by its time.
/// </summary>
public static class Secret
{
    private const int Bytes = 32;

    /// <summary>In base64url, 43 characters.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Names something that is no secret: 128 random bits in hexadecimal digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes / 2));

    /// <summary>SHA-256 in hexadecimal digits: all that is kept of a secret.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
