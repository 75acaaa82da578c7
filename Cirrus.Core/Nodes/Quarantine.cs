namespace Cirrus.Core.Nodes;

/// <summary>Why a node was taken out until somebody releases it.</summary>
/// <param name="By">Who did, as the audit trail names actors.</param>
/// <param name="Automatic">Nobody decided it: it went down too often.</param>
public sealed record Quarantine(string Reason, string By, DateTimeOffset At, bool Automatic = false);
