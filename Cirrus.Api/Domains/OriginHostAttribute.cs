using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;
using Cirrus.Core.Origins;

namespace Cirrus.Api.Domains;

/// <summary>A host name, a single label or an IP address, that origins may have. A name is not resolved: edges judge what it leads to.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OriginHostAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is not string text)
            return ValidationResult.Success;
        var policy = validationContext.GetRequiredService<AddressPolicy>();
        string? what;
        if (IpLiteral.TryParse(text, out var address))
            what = policy.Problem(address);
        else if (HostName.NormaliseHost(text, out var name) is { } problem)
            return new ValidationResult($"The host {problem}.");
        else
            what = policy.Problem(name);
        return what is null
            ? ValidationResult.Success
            : new ValidationResult($"{text} is {what}; the option {OriginsOptions.Section}:{nameof(OriginsOptions.AllowedNetworks)} can allow it.");
    }
}
