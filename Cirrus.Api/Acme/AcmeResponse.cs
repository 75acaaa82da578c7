using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Acme;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Acme;

/// <summary>How far the certificate of a domain has come that Cirrus orders.</summary>
/// <param name="Self">Where to ask again.</param>
/// <param name="Status">Null: nobody has asked for one.</param>
/// <param name="Step">What is being done, or was when it failed.</param>
/// <param name="Since">Since when it has this status.</param>
/// <param name="Error">Why the last attempt failed, in words.</param>
/// <param name="Problem">What the authority answered then, as it came (RFC 7807).</param>
/// <param name="Authority">Which was asked last.</param>
/// <param name="Failures">Attempts in a row that failed.</param>
/// <param name="Next">When the next attempt, or the renewal, is due.</param>
/// <param name="Reason">Why then.</param>
/// <param name="RequestedBy">Who asked last.</param>
/// <param name="Records">What the customer's DNS must hold, once and for all.</param>
public sealed record AcmeResponse(
    string Self,
    string Domain,
    AcmePhase? Status,
    string? Step,
    DateTimeOffset? Since,
    string? Error,
    JsonObject? Problem,
    string? Authority,
    int Failures,
    DateTimeOffset? Next,
    string? Reason,
    string? RequestedBy,
    IReadOnlyList<DnsRecord> Records)
{
    // What comes from outside must be one that can be written again.
    private const int MaxDepth = 8;

    internal static string Path(string domain) => $"/api/v1/domains/{domain}/acme";

    internal static AcmeResponse From(CdnDomain domain, AcmeStatus? status, string zone) => new(
        Path(domain.Name), domain.Name, status?.Phase, Said(status?.Step), status?.Since, Said(status?.Error), Document(status?.Problem),
        Said(status?.Authority), status?.Failures ?? 0, status?.Next, Said(status?.Reason), Said(status?.RequestedBy),
        [.. ChallengeAlias.Of(CertificateNeed.Names(domain), zone).Select(a => new DnsRecord(a.Name, "CNAME", a.Target))]);

    private static string? Said(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static JsonObject? Document(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            if (JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth }) is JsonObject document)
                return document;
        }
        catch (JsonException)
        {
            // Not every authority answers every time as it should; the operator sees what it was.
        }
        return new JsonObject { ["text"] = text };
    }
}

/// <summary>A record of the customer's DNS.</summary>
/// <param name="Name">Absolute.</param>
/// <param name="Value">Absolute.</param>
public sealed record DnsRecord(string Name, string Type, string Value);
