using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Cirrus.Core.Origins;

/// <summary>What domains may point at. Section <c>Origins</c>.</summary>
public sealed class OriginsOptions : IValidatableObject
{
    public const string Section = "Origins";

    /// <summary>Networks that origins may be in though they are not public, such as <c>10.1.0.0/16</c> or <c>fd00:1::/64</c>.</summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    public AddressPolicy ToPolicy() => new([.. AllowedNetworks.Select(n => IPNetwork.Parse(n))]);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, network) in AllowedNetworks.Index())
        {
            if (!IsNetwork(network))
                yield return new ValidationResult(
                    $"{Section}:{nameof(AllowedNetworks)}:{index} must be a network such as 10.0.0.0/8, without bits beyond its prefix, not '{network}'.",
                    [nameof(AllowedNetworks)]);
        }
    }

    private static bool IsNetwork(string text) =>
        text.Split('/') is [var address, _] && IPNetwork.TryParse(text, out var network) && network.BaseAddress.Equals(IPAddress.Parse(address));
}
