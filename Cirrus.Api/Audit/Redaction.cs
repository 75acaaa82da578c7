using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cirrus.Api.Audit;

/// <summary>
/// What the audit trail and those who only read are shown in place of a credential, which it is by its name, such as the value of an Authorization
/// header: the beginning of its SHA-256, so that a change still shows.
/// </summary>
internal static partial class Redaction
{
    private const int Octets = 4;
    private const string Prefix = "redacted:sha256:";

    /// <summary>What to tell someone who sends what was shown in place of a credential.</summary>
    public const string NotTheCredential = "This is what was shown in place of a credential. Send the credential itself.";

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

    /// <summary>Header fields.</summary>
    public static IReadOnlyDictionary<string, string> Show(IReadOnlyDictionary<string, string> fields) =>
        fields.ToDictionary(f => f.Key, f => IsCredential(f.Key) ? Mark(f.Value) : f.Value);

    /// <summary>Whether the value of a header field of this name is a credential.</summary>
    public static bool IsCredential(string name) => CredentialName().IsMatch(name);

    /// <summary>Whether a value is what was shown in place of one: nobody means it.</summary>
    public static bool IsMark(string value) => value.StartsWith(Prefix, StringComparison.Ordinal);

    private static void Redact(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                Redact(item);
        }
        else if (node is JsonObject members)
        {
            // What is done to a header field names it beside its value.
            var field = members["name"] is JsonValue of && of.TryGetValue<string>(out var given) ? given : "";
            foreach (var (name, value) in members.ToList())
            {
                if (value is JsonValue secret && secret.TryGetValue<string>(out var text) && IsCredential(name == "value" ? field : name))
                    members[name] = Mark(text);
                else
                    Redact(value);
            }
        }
    }

    /// <summary>What is shown in place of a credential.</summary>
    public static string Mark(string secret) =>
        $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)).AsSpan(0, Octets))}";

    [GeneratedRegex(
        "^(.*authorization|cookie|set-cookie|x-api-.*|(.*[-_])?(key|auth|verify|signature)|(.*[-_])?auth[-_].*|"
        + "privateKey|.*(apikey|token|credential|secret|password|passwd).*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CredentialName();
}
