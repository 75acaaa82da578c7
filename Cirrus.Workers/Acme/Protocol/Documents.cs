using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cirrus.Workers.Acme.Protocol;

// What CAs send, as far as we read it. What may be missing is null, what is required is checked where it is used.

internal sealed record DirectoryDocument(
    Uri? NewNonce, Uri? NewAccount, Uri? NewOrder, Uri? RevokeCert, Uri? KeyChange, Uri? RenewalInfo, DirectoryMeta? Meta);

internal sealed record DirectoryMeta(Uri? TermsOfService, Uri? Website, bool ExternalAccountRequired);

internal sealed record IdentifierDocument(string Type, string Value);

internal sealed record OrderDocument(
    OrderStatus? Status,
    DateTimeOffset? Expires,
    IReadOnlyList<IdentifierDocument>? Identifiers,
    IReadOnlyList<Uri>? Authorizations,
    Uri? Finalize,
    Uri? Certificate,
    JsonElement Error);

internal sealed record AuthorizationDocument(
    IdentifierDocument? Identifier,
    AuthorizationStatus? Status,
    DateTimeOffset? Expires,
    IReadOnlyList<ChallengeDocument>? Challenges,
    bool Wildcard);

internal sealed record ChallengeDocument(string? Type, Uri? Url, ChallengeStatus? Status, string? Token, JsonElement Error);

internal sealed record RenewalDocument(WindowDocument? SuggestedWindow, Uri? ExplanationURL);

internal sealed record WindowDocument(DateTimeOffset? Start, DateTimeOffset? End);

// What we send.

internal sealed record AccountRequest(
    bool? TermsOfServiceAgreed, bool? OnlyReturnExisting, IReadOnlyList<string>? Contact, JsonElement? ExternalAccountBinding);

internal sealed record KeyChangeRequest(Uri Account, JsonElement OldKey);

internal sealed record OrderRequest(IEnumerable<IdentifierDocument> Identifiers, string? Replaces);

internal sealed record StatusRequest(string Status);

internal sealed record FinalizeRequest(string Csr);

internal sealed record RevocationRequest(string Certificate, int Reason);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DirectoryDocument))]
[JsonSerializable(typeof(OrderDocument))]
[JsonSerializable(typeof(AuthorizationDocument))]
[JsonSerializable(typeof(RenewalDocument))]
[JsonSerializable(typeof(AccountRequest))]
[JsonSerializable(typeof(KeyChangeRequest))]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(StatusRequest))]
[JsonSerializable(typeof(FinalizeRequest))]
[JsonSerializable(typeof(RevocationRequest))]
internal sealed partial class AcmeJson : JsonSerializerContext;
