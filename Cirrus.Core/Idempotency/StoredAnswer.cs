namespace Cirrus.Core.Idempotency;

/// <summary>What is kept under an idempotency key: the claim of the request under way, then its answer.</summary>
public sealed record StoredAnswer
{
    /// <summary>SHA-256 of method, path, query and body, in hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>A random token of whoever claimed the key.</summary>
    public required string Owner { get; init; }

    /// <summary>Of the answer; 0 while there is none.</summary>
    public int Status { get; init; }

    /// <summary>The header fields that matter.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public byte[] Body { get; init; } = [];

    /// <summary>The body was too large to be kept.</summary>
    public bool WithoutBody { get; init; }
}
