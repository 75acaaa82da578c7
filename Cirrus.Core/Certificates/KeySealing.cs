using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Core.Certificates;

/// <summary>
/// Seals private keys before they go to Redis, and opens them: AES-256-GCM with the Redis key as associated data, so that a sealed key opens only where it
/// was put. The edge's <c>sealed.lua</c> reads the same format (docs/redis.md).
/// </summary>
public sealed class KeySealing
{
    /// <summary>The environment variable and configuration key with the sealing keys.</summary>
    public const string Setting = "CIRRUS_KEY_ENCRYPTION_KEYS";

    private const string Prefix = "sealed:v1:";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly IReadOnlyList<(string Id, byte[] Key)> _keys;

    private KeySealing(IReadOnlyList<(string Id, byte[] Key)> keys) => _keys = keys;

    /// <summary>False: keys are kept as they are.</summary>
    public bool IsOn => _keys.Count > 0;

    /// <param name="setting">Keys of 32 bytes in base64, with commas between them: the first seals, all open. Empty: nothing is sealed.</param>
    /// <exception cref="FormatException">A key is not 32 bytes in base64; the message does not show it.</exception>
    public static KeySealing Parse(string? setting) => new([.. (setting ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ReadKey)]);

    /// <summary>Seals a text for the Redis key it will be kept under; without keys it stays as it is.</summary>
    public string Seal(string text, string redisKey)
    {
        if (!IsOn)
            return text;
        var (id, key) = _keys[0];
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(redisKey));
        CryptographicOperations.ZeroMemory(plain);
        return $"{Prefix}{id}:{Convert.ToBase64String(box)}";
    }

    /// <summary>Opens what <see cref="Seal"/> made; a text that is not sealed is returned as it is.</summary>
    /// <exception cref="SealedKeyException">It was sealed with a key that is not among ours, for another Redis key, or was changed.</exception>
    public string Open(string text, string redisKey)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return text;
        if (text.Split(':', 4) is not [_, _, var id, var encoded])
            throw new SealedKeyException($"What is sealed at {redisKey} can't be read.");
        if (_keys.FirstOrDefault(k => k.Id == id) is not { Key: { } key })
            throw new SealedKeyException($"What is at {redisKey} was sealed with key {id}, which is not in {Setting}.");
        try
        {
            var box = Convert.FromBase64String(encoded);
            var plain = new byte[box.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(
                box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length), plain,
                Encoding.UTF8.GetBytes(redisKey));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or OverflowException)
        {
            throw new SealedKeyException($"What is sealed at {redisKey} with key {id} was changed, or was sealed for another place.");
        }
    }

    private static (string Id, byte[] Key) ReadKey(string text, int index)
    {
        var key = new byte[KeyBytes];
        // One byte more would be written as well if there were room.
        if (!Convert.TryFromBase64String(text, key, out var length) || length != KeyBytes)
            throw new FormatException($"Key {index + 1} of {Setting} is not {KeyBytes} bytes in base64.");
        return (Convert.ToHexStringLower(SHA256.HashData(key))[..8], key);
    }
}

/// <summary>A sealed key can't be opened; the message names the sealing key's id and the place, and nothing secret.</summary>
public sealed class SealedKeyException(string message) : Exception(message);
