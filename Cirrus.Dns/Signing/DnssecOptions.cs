using Cirrus.Core.Dnssec;

namespace Cirrus.Dns.Signing;

/// <summary>Signing the zone. Section <c>Dns:Dnssec</c>.</summary>
public sealed class DnssecOptions
{
    /// <summary>Whether the zone is signed. With a DS record at the parent, take that away first and wait before this is turned off.</summary>
    public bool Enabled { get; init; }

    /// <summary>By what it is proven that a name, or a type of it, is not there: <c>nsec</c>, or <c>nsec3</c>, which does not tell the names.</summary>
    public string Denial { get; init; } = Signing.Denial.Nsec;

    /// <summary>How long signatures hold at most; they are made anew when less than a third of it is left.</summary>
    public TimeSpan SignatureValidity { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long a zone signing key is used; zero: until an operator asks for another.</summary>
    public TimeSpan ZskLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The same of the key signing key, which needs an operator at the parent zone.</summary>
    public TimeSpan KskLifetime { get; init; } = TimeSpan.FromDays(730);

    /// <summary>How long it may take until all secondaries serve a new zone.</summary>
    public TimeSpan Propagation { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The TTL of the DS record at the parent, and how long its servers take to have it.</summary>
    public TimeSpan DsTtl { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How often it is looked whether signatures or steps of keys are due.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMinutes(10);

    internal KeyTimes TimesWith(TimeSpan keyTtl, TimeSpan longestTtl) => new(
        ZskLifetime, KskLifetime, keyTtl + Propagation, longestTtl + Propagation, DsTtl);
}
