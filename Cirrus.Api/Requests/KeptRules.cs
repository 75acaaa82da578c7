using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Validation;

namespace Cirrus.Api.Requests;

// The framework's validator is open to all, but still marked as likely to change.
#pragma warning disable ASP0029

/// <summary>Keeps the rules of each type: those whom it asks make them anew, with all their properties, in every request.</summary>
internal sealed class KeptRules(IReadOnlyList<IValidatableInfoResolver> makers) : IValidatableInfoResolver
{
    private readonly ConcurrentDictionary<Type, IValidatableInfo?> _types = new();

    /// <summary>In place of those who are there.</summary>
    public static void Keep(ValidationOptions options)
    {
        var kept = new KeptRules([.. options.Resolvers]);
        options.Resolvers.Clear();
        options.Resolvers.Add(kept);
    }

    public bool TryGetValidatableTypeInfo(Type type, [NotNullWhen(true)] out IValidatableInfo? validatableInfo) =>
        (validatableInfo = _types.GetOrAdd(type, Make)) is not null;

    // Asked once for each route.
    public bool TryGetValidatableParameterInfo(ParameterInfo parameterInfo, [NotNullWhen(true)] out IValidatableInfo? validatableInfo)
    {
        foreach (var maker in makers)
        {
            if (maker.TryGetValidatableParameterInfo(parameterInfo, out validatableInfo))
                return true;
        }
        validatableInfo = null;
        return false;
    }

    private IValidatableInfo? Make(Type type) =>
        makers.Select(maker => maker.TryGetValidatableTypeInfo(type, out var info) ? info : null).FirstOrDefault(info => info is not null);
}
