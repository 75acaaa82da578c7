namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Where a CA does what, and what it asks of its clients (RFC 8555 section 7.1.1).</summary>
/// <param name="RenewalInfo">Null when the CA tells nothing of renewals (RFC 9773).</param>
internal sealed record AcmeDirectory(
    Uri NewNonce,
    Uri NewAccount,
    Uri NewOrder,
    Uri RevokeCert,
    Uri KeyChange,
    Uri? RenewalInfo,
    Uri? TermsOfService,
    Uri? Website,
    bool ExternalAccountRequired);
