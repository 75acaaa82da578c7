using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Identities;

/// <summary>What an identity may do; each role may also do what the ones before it may.</summary>
[JsonConverter(typeof(WordConverter<Role>))]
public enum Role
{
    /// <summary>Reads domains, nodes, changes and purges.</summary>
    [JsonStringEnumMemberName("viewer")] Viewer,

    /// <summary>Writes domains and nodes, and purges.</summary>
    [JsonStringEnumMemberName("operator")] Operator,

    /// <summary>Manages users and reads the audit trail.</summary>
    [JsonStringEnumMemberName("admin")] Admin,
}
