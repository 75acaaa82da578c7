using System.Net;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>What a CA answered.</summary>
/// <param name="Url">What was asked.</param>
/// <param name="Nonce">A fresh one.</param>
/// <param name="Alternates">Other chains for the certificate.</param>
internal sealed record AcmeReply(
    Uri Url, HttpStatusCode Status, byte[] Body, string? Nonce, Uri? Location, DateTimeOffset? RetryAfter, IReadOnlyList<Uri> Alternates)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public AcmeProblem? Problem => IsSuccess ? null : ProblemDocument.Read(Body);
}
