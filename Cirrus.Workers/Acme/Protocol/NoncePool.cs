using System.Buffers.Text;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Nonces that a CA has given and that have not been used (RFC 8555 section 6.5).</summary>
internal sealed class NoncePool
{
    private const int Most = 16;

    private readonly Lock _one = new();
    private readonly List<string> _nonces = [];

    /// <summary>The newest, which is the least likely to have expired; null when there is none.</summary>
    public string? Take()
    {
        lock (_one)
        {
            if (_nonces.Count == 0)
                return null;
            var newest = _nonces[^1];
            _nonces.RemoveAt(_nonces.Count - 1);
            return newest;
        }
    }

    public void Add(string nonce)
    {
        lock (_one)
        {
            if (_nonces.Count == Most)
                _nonces.RemoveAt(0);
            _nonces.Add(nonce);
        }
    }

    /// <summary>Forgets all: where one has expired, those before it have too.</summary>
    public void Clear()
    {
        lock (_one)
            _nonces.Clear();
    }

    /// <summary>RFC 8555 section 6.5.2: a client ignores what isn't base64url.</summary>
    public static bool IsNonce(string? text) =>
        text is { Length: > 0 and <= 1024 } && Base64Url.IsValid(text) && !text.Contains('=', StringComparison.Ordinal);
}
