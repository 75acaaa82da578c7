using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
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
        makers.Any(maker => maker.TryGetValidatableTypeInfo(type, out _)) ? new TypeRules(type) : null;

    private sealed class TypeRules(Type type) : ValidatableTypeInfo(type, [.. MemberRules.Of(type)])
    {
        private readonly ValidationAttribute[] _attributes = [.. type.GetCustomAttributes<ValidationAttribute>(inherit: true)];

        protected override ValidationAttribute[] GetValidationAttributes() => _attributes;
    }

    /// <summary>Asks nothing of a member that is left out and may be, as most members of most bodies are: no rule but that one has a fault to find there.</summary>
    private sealed class MemberRules : ValidatablePropertyInfo
    {
        private readonly MethodInvoker _get;
        private readonly ValidationAttribute[] _attributes;
        private readonly bool _mayBeLeftOut;

        private MemberRules(PropertyInfo property)
            : base(property.DeclaringType!, property.PropertyType, property.Name, property.Name)
        {
            _get = MethodInvoker.Create(property.GetMethod!);
            _attributes =
            [
                .. property.GetCustomAttributes<ValidationAttribute>(inherit: true),
                // In the head of a record they are its constructor's.
                .. property.DeclaringType!.GetConstructors().SelectMany(c => c.GetParameters()).Where(p => p.Name == property.Name)
                    .SelectMany(p => p.GetCustomAttributes<ValidationAttribute>()),
            ];
            _mayBeLeftOut = !_attributes.Any(a => a is RequiredAttribute);
        }

        /// <summary>Those of base types have rules of their own.</summary>
        public static IEnumerable<MemberRules> Of(Type type) =>
            type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Select(p => new MemberRules(p));

        protected override ValidationAttribute[] GetValidationAttributes() => _attributes;

        public override Task ValidateAsync(object? value, ValidateContext context, CancellationToken cancellationToken) =>
            _mayBeLeftOut && _get.Invoke(value) is null
                ? Task.CompletedTask
                : base.ValidateAsync(value, context, cancellationToken);
    }
}
