using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Domains;

/// <summary>What an operator decides of a domain, apart from which revision it is and who wrote it when.</summary>
public static class DomainContent
{
    /// <summary>Whether a write of <paramref name="other"/> over <paramref name="domain"/> would change nothing.</summary>
    public static bool IsContentOf(this CdnDomain domain, CdnDomain other) =>
        // Mostly enough, and quick: equal text, equal content.
        Text(domain).AsSpan().SequenceEqual(Text(other)) || ChangedFields(domain, other).Count == 0;

    /// <summary>Names of the fields, as in JSON, whose content differs.</summary>
    public static IReadOnlyList<string> ChangedFields(CdnDomain before, CdnDomain after)
    {
        var (left, right) = (Content(before), Content(after));
        return [.. left.Select(m => m.Key).Union(right.Select(m => m.Key)).Where(name => !JsonNode.DeepEquals(left[name], right[name]))];
    }

    private static byte[] Text(CdnDomain domain) => JsonSerializer.SerializeToUtf8Bytes(Bare(domain), CoreJson.Default.CdnDomain);

    private static JsonObject Content(CdnDomain domain) => JsonSerializer.SerializeToNode(Bare(domain), CoreJson.Default.CdnDomain)!.AsObject();

    private static CdnDomain Bare(CdnDomain domain) =>
        domain with { Revision = 0, CreatedAt = default, UpdatedAt = default, UpdatedBy = "" };
}
