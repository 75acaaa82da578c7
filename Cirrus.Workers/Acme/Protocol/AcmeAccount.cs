namespace Cirrus.Workers.Acme.Protocol;

/// <summary>An account at a CA.</summary>
/// <param name="Url">What the CA calls it; the key id of its requests.</param>
internal sealed record AcmeAccount(Uri Url, AccountKey Key);
