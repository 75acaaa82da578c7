using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Problems;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

namespace Cirrus.Api.Requests;

/// <summary>Holds what did not come as a body of its own against the rules that the framework applies to bodies.</summary>
internal sealed class BodyRules(IOptions<ValidationOptions> validation, IServiceProvider services)
{
    /// <summary>What is wrong by name of field, in camelCase.</summary>
    public async Task<Dictionary<string, string[]>> ErrorsAsync<T>(T request, CancellationToken cancellation) where T : class
    {
        // The framework's validator is open to all, but still marked as likely to change.
#pragma warning disable ASP0029
        if (!validation.Value.TryGetValidatableTypeInfo(typeof(T), out var rules))
            throw new InvalidOperationException($"{typeof(T).Name} is not the body of any route.");
        var context = new ValidateContext
        {
            ValidationOptions = validation.Value,
            ValidationContext = new ValidationContext(request, typeof(T).Name, services, null),
        };
        await rules.ValidateAsync(request, context, cancellation);
        return (context.ValidationErrors ?? []).ToDictionary(e => ProblemsExtensions.CamelCase(e.Key), e => e.Value);
#pragma warning restore ASP0029
    }
}
