using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Api.Problems;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

namespace Cirrus.Api.Domains;

/// <summary>
/// The rules of a domain for requests whose body is not simply one: the same reader, the same annotations and the same names of fields as where
/// the framework applies them.
/// </summary>
internal sealed class DomainValidation(
    IOptions<ValidationOptions> validation, IOptions<JsonOptions> json, IOptions<ZoneOptions> zone, IServiceProvider services)
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
                ? new Validated(request, await ErrorsAsync(request, cancellation))
                : Validated.Refused("body", "A JSON object is required.");
        }
        catch (JsonException e)
        {
            return new Validated(null, UnreadableJson.Errors(e));
        }
    }

    private async Task<Dictionary<string, string[]>> ErrorsAsync(DomainRequest request, CancellationToken cancellation)
    {
        // The framework's validator is open to all, but still marked as likely to change.
#pragma warning disable ASP0029
        if (!validation.Value.TryGetValidatableTypeInfo(typeof(DomainRequest), out var rules))
            throw new InvalidOperationException("There are no rules for domains.");
        var context = new ValidateContext
        {
            ValidationOptions = validation.Value,
            ValidationContext = new ValidationContext(request, nameof(DomainRequest), services, null),
        };
        await rules.ValidateAsync(request, context, cancellation);
        return (context.ValidationErrors ?? []).ToDictionary(e => ProblemsExtensions.CamelCase(e.Key), e => e.Value);
#pragma warning restore ASP0029
    }
}

/// <summary>A domain as read, and what is wrong with it by name of field.</summary>
/// <param name="Request">Null when it could not even be read.</param>
internal sealed record Validated(DomainRequest? Request, Dictionary<string, string[]> Errors)
{
    public static Validated Refused(string field, string message) => new(null, new Dictionary<string, string[]> { [field] = [message] });
}
