namespace Cirrus.Workers.Acme.Protocol;

/// <summary>One request for a certificate (RFC 8555 section 7.1.3).</summary>
/// <param name="Names">Wildcards with their leading <c>*.</c>.</param>
/// <param name="Authorizations">One for each name that is to be proven.</param>
/// <param name="Finalize">Where the CSR goes once all are valid.</param>
/// <param name="Certificate">Where the chain is, once the order is valid.</param>
/// <param name="Error">Why it is invalid, when the CA says so.</param>
internal sealed record AcmeOrder(
    Uri Url,
    OrderStatus Status,
    IReadOnlyList<string> Names,
    IReadOnlyList<Uri> Authorizations,
    Uri Finalize,
    Uri? Certificate,
    DateTimeOffset? Expires,
    AcmeProblem? Error);

internal enum OrderStatus
{
    Pending,
    Ready,
    Processing,
    Valid,
    Invalid,
}
