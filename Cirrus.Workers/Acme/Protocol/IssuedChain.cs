namespace Cirrus.Workers.Acme.Protocol;

/// <summary>A certificate with those that lead to a root.</summary>
/// <param name="Pem">The certificate first.</param>
/// <param name="Issuer">Common name of the root it leads to.</param>
internal sealed record IssuedChain(string Pem, string Issuer);
