using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Configuration;
using Cirrus.Core.Domains;

namespace Cirrus.Core.Steering;

/// <summary>The base zone under which every domain has its access name. Section <c>Zone</c>.</summary>
public sealed class ZoneOptions : IValidatableObject
{
    public const string Section = "Zone";

    /// <summary>Without a trailing dot.</summary>
    [Required(ErrorMessage = "Zone:Name must not be empty.")]
    [RegularExpression("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}$",
        ErrorMessage = "Zone:Name must be a domain name in lower case without a trailing dot, such as cdn.example.com.")]
    public string Name { get; init; } = "cdn.local.test";

    /// <summary>How many nodes are named for a domain.</summary>
    [Range(1, 8, ErrorMessage = "Zone:NodesPerDomain must be between 1 and 8.")]
    public int NodesPerDomain { get; init; } = 2;

    /// <summary>Of access names' addresses.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>CAA records of access names of domains whose certificates Cirrus orders, unless their documents have some.</summary>
    public IReadOnlyList<CaaRecord> Caa { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, record) in Caa.Index())
        {
            if (CaaRecord.Problem(record.Tag, record.Value) is var (member, message))
                yield return new ValidationResult($"{Section}:{nameof(Caa)}:{index}:{member}: {message}");
        }
    }
}
