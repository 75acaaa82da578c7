using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Cookies (RFC 7873) as RFC 9018 makes them, so that all servers of an address that have the same secrets take each other's. A client
/// that brings one back is where it says it is.
/// </summary>
internal sealed class ServerCookies
{
    public const int SecretLength = 16;

    /// <summary>Of the client's and the server's together.</summary>
    public const int Length = 24;

    private const int ClientLength = 8;
    private const int HashAt = 16;
    private const byte Version = 1;

    // RFC 9018 section 4.3.
    private const int MaxAge = 3600;
    private const int MaxAhead = 300;

    private readonly SipHash[] _secrets;

    /// <param name="secrets">Of 16 octets; the first makes cookies, all are taken. None: one made up now.</param>
    public ServerCookies(IReadOnlyCollection<byte[]> secrets) => _secrets = secrets.Count == 0
        ? [new SipHash(RandomNumberGenerator.GetBytes(SecretLength))]
        : [.. secrets.Select(s => new SipHash(s))];

    /// <summary>Whether the option holds one of ours that is still good.</summary>
    /// <param name="now">Seconds since 1970.</param>
    public bool IsGood(ReadOnlySpan<byte> option, ClientAddress client, uint now)
    {
        if (option.Length != Length || option[ClientLength] != Version)
            return false;
        var age = unchecked((int)(now - BinaryPrimitives.ReadUInt32BigEndian(option[12..])));
        if (age is > MaxAge or < -MaxAhead)
            return false;
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(option[HashAt..]);
        foreach (var secret in _secrets)
        {
            if (Hash(secret, option[..HashAt], client) == hash)
                return true;
        }
        return false;
    }

    /// <summary>Writes what the option of the answer holds: the client's cookie and a new one of ours.</summary>
    public void Write(ReadOnlySpan<byte> option, ClientAddress client, uint now, Span<byte> answer)
    {
        option[..ClientLength].CopyTo(answer);
        BinaryPrimitives.WriteUInt32BigEndian(answer[8..], (uint)Version << 24);
        BinaryPrimitives.WriteUInt32BigEndian(answer[12..], now);
        BinaryPrimitives.WriteUInt64LittleEndian(answer[HashAt..], Hash(_secrets[0], answer[..HashAt], client));
    }

    private static ulong Hash(SipHash secret, ReadOnlySpan<byte> head, ClientAddress client)
    {
        Span<byte> data = stackalloc byte[HashAt + 16];
        head.CopyTo(data);
        return secret.Of(data[..(HashAt + client.Write(data[HashAt..]))]);
    }
}
