using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Cirrus.Core.Domains;

/// <summary>Who may issue certificates for a name (RFC 8659).</summary>
public sealed partial record CaaRecord
{
    public const string TagRule = "A tag is issue, issuewild or iodef.";
    public const string ValueRule =
        "A value is an authority's domain name, such as letsencrypt.org, parameters may follow after a semicolon, and a semicolon alone is nobody; of iodef a mailto, http or https URL.";

    /// <summary><c>issue</c>, <c>issuewild</c> or <c>iodef</c>.</summary>
    public string Tag { get; init; } = "issue";

    /// <summary>An authority and its parameters, <c>;</c> for none, or where violations are reported.</summary>
    public string Value { get; init; } = "";

    /// <summary>An authority that does not know the tag must not issue.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Critical { get; init; }

    /// <summary>What is wrong with it, and with which member; null: nothing.</summary>
    public static (string Member, string Message)? Problem(string tag, string value) =>
        tag is not ("issue" or "issuewild" or "iodef") ? (nameof(Tag), TagRule)
        : value.Length is > 0 and <= 255 && (tag == "iodef" ? Url() : Issuer()).IsMatch(value) ? null
        : (nameof(Value), ValueRule);

    // A domain name, parameters in printable ASCII without a quotation mark (RFC 8659 section 4.2).
    [GeneratedRegex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?( ?;[ !#-\\[\\]-~]*)?\\z")]
    private static partial Regex Issuer();

    [GeneratedRegex("^(mailto:|https?://)[!#-\\[\\]-~]+\\z")]
    private static partial Regex Url();
}
