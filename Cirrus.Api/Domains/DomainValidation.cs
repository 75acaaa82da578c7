using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>
/// The rules of a domain for requests whose body is not simply one: the same reader, the same annotations and the same names of fields as where
/// the framework applies them.
/// </summary>
internal sealed class DomainValidation(BodyRules rules, IOptions<JsonOptions> json, IOptions<ZoneOptions> zone)
{
    private readonly JsonSerializerOptions _json = json.Value.SerializerOptions;

    /// <summary>A domain as the API shows it, to be changed and read again.</summary>
    public JsonObject ToJson(CdnDomain domain) => JsonSerializer.SerializeToNode(DomainResponse.From(domain, zone.Value), _json)!.AsObject();

    public Task<Validated> ReadAsync(JsonNode? document, CancellationToken cancellation) =>
        ReadAsync(() => document.Deserialize<DomainRequest>(_json), cancellation);

    /// <param name="document">UTF-8.</param>
    public Task<Validated> ReadAsync(ReadOnlyMemory<byte> document, CancellationToken cancellation) =>
        ReadAsync(() => JsonSerializer.Deserialize<DomainRequest>(document.Span, _json), cancellation);

    private async Task<Validated> ReadAsync(Func<DomainRequest?> read, CancellationToken cancellation)
    {
        try
        {
            return read() is { } request
                ? new Validated(request, await rules.ErrorsAsync(request, cancellation))
                : Validated.Refused("body", "A JSON object is required.");
        }
        catch (JsonException e)
        {
            return new Validated(null, UnreadableJson.Errors(e)) { Unreadable = e };
        }
    }
}

/// <summary>A domain as read, and what is wrong with it by name of field.</summary>
/// <param name="Request">Null when it could not even be read.</param>
internal sealed record Validated(DomainRequest? Request, Dictionary<string, string[]> Errors)
{
    /// <summary>Why it could not be read; the errors then name fields in the caller's own words.</summary>
    public JsonException? Unreadable { get; init; }

    public static Validated Refused(string field, string message) => new(null, new Dictionary<string, string[]> { [field] = [message] });
}
