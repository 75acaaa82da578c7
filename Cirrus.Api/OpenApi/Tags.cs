using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>What each group of operations is about.</summary>
internal sealed class Tags : IOpenApiDocumentTransformer
{
    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["Audit"] = "Who did what, accepted or refused, in a chain that shows tampering.",
        ["Certificates"] = "Certificates of domains.",
        ["Changes"] = "Receipts: which node and which name server has applied a change.",
        ["Dnssec"] = "How the zone is signed: its keys, and what the parent zone is to say of them.",
        ["Domains"] = "Customer host names: their origins, cache rules and header fields, with history.",
        ["Identities"] = "Users, sessions and tokens.",
        ["Nodes"] = "Edge servers and what is known of them.",
        ["Purges"] = "Making cached objects unreachable, or stale, at every node, and fetching them before they are asked for.",
        ["Steering"] = "Which nodes serve which domains, now and after a change.",
    };

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var used = document.Paths.Values.SelectMany(p => p.Operations ?? []).SelectMany(o => o.Value.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(t => t.Name!).Distinct().Order(StringComparer.Ordinal);
        document.Tags = new HashSet<OpenApiTag>(used.Select(name => new OpenApiTag { Name = name, Description = Descriptions[name] }));
        return Task.CompletedTask;
    }
}
