using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Acme;

/// <summary>How far the certificate of a domain has come.</summary>
[JsonConverter(typeof(WordConverter<AcmePhase>))]
public enum AcmePhase
{
    /// <summary>Asked for; a worker will take it up.</summary>
    [JsonStringEnumMemberName("queued")] Queued,

    /// <summary>A worker is at it.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>There is a certificate.</summary>
    [JsonStringEnumMemberName("issued")] Issued,

    /// <summary>The last attempt failed; there will be another one.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>What is known of the ACME certificate of a domain.</summary>
/// <param name="Step">What a worker is doing or was doing when it failed: a word of <see cref="AcmeStep"/>; empty when nothing.</param>
/// <param name="Since">Since when it is in this phase.</param>
/// <param name="Error">Why the last attempt failed, in words; empty when it did not.</param>
/// <param name="Problem">The authority's problem document (RFC 7807) as it came; empty when there is none.</param>
/// <param name="Authority">Name of the authority that was or is asked; empty before.</param>
/// <param name="Failures">Attempts in a row that failed.</param>
/// <param name="Next">When the next attempt, or the renewal, is due; null when nothing is.</param>
/// <param name="Reason">Why then, in words, such as what the authority suggested (RFC 9773).</param>
/// <param name="RequestedBy">Who asked last, as the audit trail names actors.</param>
public sealed record AcmeStatus(
    AcmePhase Phase, string Step, DateTimeOffset Since, string Error, string Problem, string Authority, int Failures, DateTimeOffset? Next, string Reason,
    string RequestedBy);

/// <summary>The steps of an issuance, in order.</summary>
public static class AcmeStep
{
    public const string CheckCname = "check-cname";
    public const string Account = "account";
    public const string Order = "order";
    public const string PublishChallenges = "publish-challenges";
    public const string AwaitSecondaries = "await-secondaries";
    public const string Validate = "validate";
    public const string Finalize = "finalize";
    public const string Download = "download";
    public const string Install = "install";
}
