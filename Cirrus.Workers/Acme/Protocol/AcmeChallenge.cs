namespace Cirrus.Workers.Acme.Protocol;

/// <summary>One way to prove control over a name (RFC 8555 section 7.1.5).</summary>
/// <param name="Token">Empty where the way needs none.</param>
internal sealed record AcmeChallenge(Uri Url, string Type, string Token, ChallengeStatus Status, AcmeProblem? Error);

internal enum ChallengeStatus
{
    Pending,
    Processing,
    Valid,
    Invalid,
}
