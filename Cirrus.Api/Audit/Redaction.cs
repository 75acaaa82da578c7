using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cirrus.Api.Audit;

/// <summary>
/// Documents as the audit trail shows them: what is a credential by its name, such as the value of an Authorization header, only by the
/// beginning of its SHA-256, so that a change still shows.
/// </summary>
internal static partial class Redaction
{
    private const int Octets = 4;

    /// <summary>The document; null for an empty text. What is no JSON object can't be looked through and is not shown.</summary>
    public static JsonObject? Show(string json)
    {
        if (json.Length == 0)
            return null;
        try
        {
            if (JsonNode.Parse(json) is JsonObject document)
            {
                Redact(document);
                return document;
            }
        }
        catch (JsonException)
        {
            // Somebody else than the API wrote it; that shows in the chain.
        }
        return new JsonObject { ["unreadable"] = Mark(json) };
    }

    private static void Redact(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                Redact(item);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is JsonValue secret && secret.TryGetValue<string>(out var text) && CredentialName().IsMatch(name))
                    members[name] = Mark(text);
                else
                    Redact(value);
            }
        }
    }

    private static string Mark(string secret) =>
        $"redacted:sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)).AsSpan(0, Octets))}";

    [GeneratedRegex(
        "^(.*authorization|cookie|set-cookie|x-api-.*|(.*[-_])?(key|auth|verify|signature)|(.*[-_])?auth[-_].*|"
        + "privateKey|.*(apikey|token|credential|secret|password|passwd).*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CredentialName();
}
