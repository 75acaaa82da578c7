namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Why a certificate is revoked (RFC 5280 section 5.3.1), as far as subscribers may say so.</summary>
internal enum RevocationReason
{
    Unspecified = 0,
    KeyCompromise = 1,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
}
