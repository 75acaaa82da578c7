namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Authorizations and their challenges (RFC 8555 section 7.5).</summary>
internal sealed partial class AcmeClient
{
    private const string Authorization = "the authorization";

    public async Task<AcmeAuthorization> GetAuthorizationAsync(AcmeAccount account, Uri authorization, CancellationToken cancellation) =>
        Read(await ReadAsync(account, authorization, Authorization, cancellation), authorization);

    /// <summary>Says that the proof is in its place: the CA may look.</summary>
    public async Task RespondAsync(AcmeAccount account, AcmeChallenge challenge, CancellationToken cancellation) =>
        await PostAsync(account, challenge.Url, "{}"u8.ToArray(), "the response to a challenge", cancellation);

    /// <summary>Asks until the authorization is pending no longer: valid, invalid or anything else that lasts.</summary>
    public Task<AcmeAuthorization> WaitForAuthorizationAsync(
        AcmeAccount account, Uri authorization, TimeSpan patience, CancellationToken cancellation) =>
        PollAsync(
            async () =>
            {
                var reply = await ReadAsync(account, authorization, Authorization, cancellation);
                return (Read(reply, authorization), reply.RetryAfter);
            },
            a => a.Status != AuthorizationStatus.Pending, patience, Authorization, cancellation);

    /// <summary>Gives the right to the name up; the CA lets go of a challenge that waits, too.</summary>
    public async Task DeactivateAuthorizationAsync(AcmeAccount account, Uri authorization, CancellationToken cancellation) =>
        await PostAsync(account, authorization, Deactivated(), Authorization, cancellation);

    private AcmeAuthorization Read(AcmeReply reply, Uri url)
    {
        var document = _channel.Parse(reply, AcmeJson.Default.AuthorizationDocument, Authorization);
        return new AcmeAuthorization(
            url,
            document.Identifier?.Value ?? throw AcmeFailure.Unusable(Name, Authorization, "it is for no name"),
            document.Wildcard,
            document.Status ?? throw AcmeFailure.Unusable(Name, Authorization, "it has no status"),
            document.Expires,
            [.. (document.Challenges ?? []).Select(Challenge)]);
    }

    private AcmeChallenge Challenge(ChallengeDocument document) => new(
        Required(document.Url, "url", "a challenge"),
        document.Type ?? "",
        document.Token ?? "",
        document.Status ?? ChallengeStatus.Pending,
        ProblemDocument.Read(document.Error));
}
