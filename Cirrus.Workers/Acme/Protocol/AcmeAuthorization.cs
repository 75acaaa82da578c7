namespace Cirrus.Workers.Acme.Protocol;

/// <summary>That an account may have certificates for a name, or what it has to do for it (RFC 8555 section 7.1.4).</summary>
/// <param name="Name">Without <c>*.</c>.</param>
/// <param name="Wildcard">It is for <c>*.</c> and the name.</param>
internal sealed record AcmeAuthorization(
    Uri Url,
    string Name,
    bool Wildcard,
    AuthorizationStatus Status,
    DateTimeOffset? Expires,
    IReadOnlyList<AcmeChallenge> Challenges)
{
    /// <summary>The challenge by a TXT record; null when the CA does not offer it.</summary>
    public AcmeChallenge? Dns01 => Challenges.FirstOrDefault(c => c.Type == "dns-01");

    /// <summary>Why it is invalid.</summary>
    public AcmeProblem? Error => Challenges.Select(c => c.Error).FirstOrDefault(e => e is not null);
}

internal enum AuthorizationStatus
{
    Pending,
    Valid,
    Invalid,
    Deactivated,
    Expired,
    Revoked,
}
