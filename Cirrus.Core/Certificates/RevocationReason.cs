using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Certificates;

/// <summary>Why a certificate is revoked (RFC 5280 section 5.3.1), as far as subscribers may say so.</summary>
[JsonConverter(typeof(WordConverter<RevocationReason>))]
public enum RevocationReason
{
    [JsonStringEnumMemberName("unspecified")] Unspecified = 0,
    [JsonStringEnumMemberName("keyCompromise")] KeyCompromise = 1,
    [JsonStringEnumMemberName("affiliationChanged")] AffiliationChanged = 3,
    [JsonStringEnumMemberName("superseded")] Superseded = 4,
    [JsonStringEnumMemberName("cessationOfOperation")] CessationOfOperation = 5,
}
