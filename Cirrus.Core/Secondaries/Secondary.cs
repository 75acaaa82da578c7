namespace Cirrus.Core.Secondaries;

/// <summary>An authoritative name server that transfers our zone, as Dns last saw it.</summary>
/// <param name="Name">Such as <c>ns1</c>.</param>
/// <param name="Address">IP address.</param>
/// <param name="Port">Of its DNS listener.</param>
/// <param name="Serial">The zone serial it last answered with (RFC 1035), 0 when never.</param>
/// <param name="Reachable">False after it did not answer several times in a row.</param>
/// <param name="Checked">When it was last asked.</param>
public sealed record Secondary(string Name, string Address, int Port, uint Serial, bool Reachable, DateTimeOffset? Checked);
