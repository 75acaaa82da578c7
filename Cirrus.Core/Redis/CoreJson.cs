using System.Text.Json;
using System.Text.Json.Serialization;
using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Secondaries;

namespace Cirrus.Core.Redis;

/// <summary>The JSON of everything kept in Redis: camelCase, enums as camelCase words.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CdnDomain))]
[JsonSerializable(typeof(CertificateSummary))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Secondary))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class CoreJson : JsonSerializerContext;
