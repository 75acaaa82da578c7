using System.Text.Json;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Idempotency;

/// <summary>One write of a request, kept in the same step as the write itself, so that a retry can be told what the first one would have been.</summary>
/// <param name="Change">Its change; <see cref="ChangeId.Zero"/> of what is none.</param>
/// <param name="Key">As in the audit trail: the name of the domain, the id of the node.</param>
/// <param name="After">The document as written.</param>
public sealed record AcceptedWrite(ChangeId Change, string Key, string After)
{
    // Beside each of the three is the claim under which it was written.
    private const int Fields = 4;

    /// <summary>The domain that was written.</summary>
    public CdnDomain Domain => JsonSerializer.Deserialize(After, CoreJson.Default.CdnDomain)!;

    /// <summary>The node that was written.</summary>
    public Node Node => JsonSerializer.Deserialize(After, CoreJson.Default.Node)!;

    /// <summary>All writes of one request, in their order, and the claim under which they were made; none: null.</summary>
    internal static (StoredAnswer? Claim, IReadOnlyList<AcceptedWrite> Writes) Read(RedisValue[] list) => list.Length == 0
        ? (null, [])
        : (JsonSerializer.Deserialize((string)list[0]!, CoreJson.Default.StoredAnswer), [.. list.Chunk(Fields).Select(One)]);

    private static AcceptedWrite One(RedisValue[] fields) =>
        new(ChangeId.TryParse(fields[1], out var change) ? change : ChangeId.Zero, fields[2]!, fields[3]!);
}
