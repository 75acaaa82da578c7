using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>How edges deal with the origins of a domain.</summary>
public sealed record OriginPolicyRequest : IValidatableObject
{
    /// <summary>Seconds to wait for a connection; default 3.</summary>
    [Range(1, 60, ErrorMessage = "A connectTimeout is between 1 and 60 seconds.")]
    public int? ConnectTimeout { get; init; }

    /// <summary>Seconds to wait between two reads; default 60.</summary>
    [Range(1, 600, ErrorMessage = "A readTimeout is between 1 and 600 seconds.")]
    public int? ReadTimeout { get; init; }

    /// <summary>Seconds to wait between two writes; default 60.</summary>
    [Range(1, 600, ErrorMessage = "A sendTimeout is between 1 and 600 seconds.")]
    public int? SendTimeout { get; init; }

    /// <summary>How many origins are asked for one request at most, default 3; an edge asks 8 at most.</summary>
    [Range(1, 10, ErrorMessage = "The number of attempts is between 1 and 10.")]
    public int? Attempts { get; init; }

    /// <summary>Statuses after which another origin is asked, besides 502 and 504; default 503.</summary>
    [MaxLength(20, ErrorMessage = "At most 20 statuses.")]
    public IReadOnlyList<int>? RetryStatuses { get; init; }

    /// <summary>Connections are kept for further requests; default true.</summary>
    public bool? Keepalive { get; init; }

    /// <summary>One edge asks the origin for all; default false.</summary>
    public bool? Shield { get; init; }

    /// <summary>How edges find out which origins work; left out: only by the requests they send anyway.</summary>
    public HealthCheckRequest? Health { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, status) in (RetryStatuses ?? []).Index())
        {
            if (status is not (429 or (>= 500 and <= 599)))
                yield return new ValidationResult("A status to try again after is 429, or between 500 and 599.", [$"{nameof(RetryStatuses)}[{index}]"]);
            else if (RetryStatuses!.Take(index).Contains(status))
                yield return new ValidationResult($"{status} is given twice.", [$"{nameof(RetryStatuses)}[{index}]"]);
        }
    }

    internal OriginPolicy? ToPolicy() => new OriginPolicy
    {
        ConnectTimeout = ConnectTimeout,
        ReadTimeout = ReadTimeout,
        SendTimeout = SendTimeout,
        Attempts = Attempts,
        RetryStatuses = RetryStatuses,
        Keepalive = Keepalive,
        Shield = Shield,
        Health = Health?.ToCheck(),
    }.UnlessNothing(new OriginPolicy());
}

/// <summary>Requests by which edges find out which origins work.</summary>
public sealed partial record HealthCheckRequest : IValidatableObject
{
    private static readonly NormalForm Status = Entries.AsItIs(
        text => StatusOrClass().IsMatch(text) ? null : "This is a status such as 204, or a class such as 2xx.");

    /// <summary>Path, and query if any, that GET asks for.</summary>
    [Required(ErrorMessage = "A path is required.")]
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters.")]
    [RegularExpression("^/[!-~]*$", ErrorMessage = "A path begins with / and is printable ASCII without spaces; write other characters percent-encoded.")]
    public string? Path { get; init; }

    /// <summary>Seconds between two checks; default 5.</summary>
    [Range(1, 3600, ErrorMessage = "An interval is between 1 and 3600 seconds.")]
    public int? Interval { get; init; }

    /// <summary>Seconds that an answer may take; default 2.</summary>
    [Range(1, 60, ErrorMessage = "A timeout is between 1 and 60 seconds.")]
    public int? Timeout { get; init; }

    /// <summary>Failures in a row after which an origin is left alone; default 3.</summary>
    [Range(1, 20, ErrorMessage = "An unhealthyAfter is between 1 and 20.")]
    public int? UnhealthyAfter { get; init; }

    /// <summary>Successes in a row after which it is asked again; default 2.</summary>
    [Range(1, 20, ErrorMessage = "A healthyAfter is between 1 and 20.")]
    public int? HealthyAfter { get; init; }

    /// <summary>Statuses, such as <c>204</c>, and classes, such as <c>2xx</c>, that are a success; default <c>2xx</c> and <c>3xx</c>.</summary>
    [MinLength(1, ErrorMessage = "At least one status; leave the field out for 2xx and 3xx."), MaxLength(20, ErrorMessage = "At most 20 statuses.")]
    public IReadOnlyList<string>? Statuses { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Entries.Check(Statuses, nameof(Statuses), Status);

    internal HealthCheck ToCheck() => new()
    {
        Path = Path!,
        Interval = Interval,
        Timeout = Timeout,
        UnhealthyAfter = UnhealthyAfter,
        HealthyAfter = HealthyAfter,
        Statuses = Statuses,
    };

    [GeneratedRegex(@"^[2-5]([0-9]{2}|xx)\z")]
    private static partial Regex StatusOrClass();
}
