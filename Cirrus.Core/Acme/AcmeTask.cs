namespace Cirrus.Core.Acme;

/// <summary>An order under way, so that another worker can finish it.</summary>
/// <param name="Authority">Name of the authority that was asked.</param>
/// <param name="Account">URL of the account that ordered.</param>
/// <param name="Order">URL of the order; null while it is not known whether there is one.</param>
/// <param name="Names">What the certificate is for.</param>
/// <param name="Purpose">What it counts against.</param>
/// <param name="Reservation">Under which the ledger has it.</param>
/// <param name="Replaced">Fingerprint of the certificate that was there when it began; empty when there was none.</param>
public sealed record AcmeTask(
    string Authority, string Account, string? Order, IReadOnlyList<string> Names, DateTimeOffset StartedAt, OrderPurpose Purpose, string Reservation,
    string Replaced);
