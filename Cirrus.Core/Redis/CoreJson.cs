using System.Text.Json;
using System.Text.Json.Serialization;
using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Domains;
using Cirrus.Core.Idempotency;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Cirrus.Core.Secondaries;

namespace Cirrus.Core.Redis;

/// <summary>The JSON of everything kept in Redis: camelCase, enums as camelCase words.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AcmePhase))]
[JsonSerializable(typeof(AcmeTask))]
[JsonSerializable(typeof(AuthorityRecord))]
[JsonSerializable(typeof(AuthorityStanding))]
[JsonSerializable(typeof(CdnDomain))]
[JsonSerializable(typeof(CertificateSummary))]
[JsonSerializable(typeof(LedDomain))]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Revocation))]
[JsonSerializable(typeof(Secondary))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(ServiceToken))]
[JsonSerializable(typeof(IReadOnlyList<DnssecKey>))]
[JsonSerializable(typeof(Vote))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(StoredAnswer))]
internal sealed partial class CoreJson : JsonSerializerContext;
