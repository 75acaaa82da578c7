using System.Security.Cryptography;
using ARSoft.Tools.Net;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signatures;

/// <summary>A secret that we share with a secondary (RFC 8945).</summary>
internal sealed class TsigKey
{
    /// <summary>The names of the algorithms we have.</summary>
    public static readonly IReadOnlyDictionary<string, HashAlgorithmName> Algorithms = new Dictionary<string, HashAlgorithmName>(StringComparer.Ordinal)
    {
        ["hmac-sha256"] = HashAlgorithmName.SHA256,
        ["hmac-sha384"] = HashAlgorithmName.SHA384,
        ["hmac-sha512"] = HashAlgorithmName.SHA512,
    };

    private readonly HashAlgorithmName _hash;
    private readonly byte[] _secret;

    public TsigKey(TsigKeyOptions options)
    {
        Text = options.Name;
        Name = OwnerName.Whole(DomainName.Parse(options.Name));
        Algorithm = OwnerName.Whole(DomainName.Parse(options.Algorithm));
        _hash = Algorithms[options.Algorithm];
        _secret = Convert.FromBase64String(options.Secret);
        MacLength = NewMac().HashLengthInBytes;
    }

    /// <summary>As the options have it.</summary>
    public string Text { get; }

    /// <summary>In the format of messages.</summary>
    public byte[] Name { get; }

    /// <summary>In the format of messages.</summary>
    public byte[] Algorithm { get; }

    public int MacLength { get; }

    public IncrementalHash NewMac() => IncrementalHash.CreateHMAC(_hash, _secret);

    public override string ToString() => Text;
}
