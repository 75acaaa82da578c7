using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Api.Problems;
using Cirrus.Core.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Cirrus.Api.Requests;

/// <summary>Reads and checks what a merge patch makes of a document, as the framework reads and checks a body.</summary>
internal sealed class Patched(IOptions<JsonOptions> json, IOptions<ValidationOptions> validation, IServiceProvider services)
{
    /// <summary>What is shown of a document with the patch applied, as a request.</summary>
    /// <param name="shown">The document as the API shows it.</param>
    /// <param name="patch">An object; bound as an element, for only there the framework refuses a field that is given twice.</param>
    /// <exception cref="BadHttpRequestException">It can't be read as such a request.</exception>
    public async Task<(T Request, IDictionary<string, string[]> Errors)> ReadAsync<T>(object shown, JsonElement patch, CancellationToken cancellation)
        where T : class
    {
        var options = json.Value.SerializerOptions;
        var merged = MergePatch.Apply(JsonSerializer.SerializeToNode(shown, shown.GetType(), options), JsonObject.Create(patch));
        try
        {
            var request = merged.Deserialize<T>(options)!;
            return (request, await ValidateAsync(request, cancellation));
        }
        catch (JsonException e)
        {
            // As the framework says it of a body.
            throw new BadHttpRequestException("The patched document can't be read.", e);
        }
    }

#pragma warning disable ASP0029 // What the framework does to every body can be asked for only by types it still calls experimental.
    private async Task<IDictionary<string, string[]>> ValidateAsync<T>(T request, CancellationToken cancellation) where T : class
    {
        if (!validation.Value.TryGetValidatableTypeInfo(typeof(T), out var info))
            throw new InvalidOperationException($"{typeof(T).Name} is not the body of any route.");
        var context = new ValidateContext
        {
            ValidationOptions = validation.Value,
            ValidationContext = new ValidationContext(request, services, items: null),
        };
        await info.ValidateAsync(request, context, cancellation);
        return (context.ValidationErrors ?? []).ToDictionary(e => ProblemsExtensions.CamelCase(e.Key), e => e.Value);
    }
#pragma warning restore ASP0029
}
