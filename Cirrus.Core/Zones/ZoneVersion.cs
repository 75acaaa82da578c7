using Cirrus.Core.Changes;

namespace Cirrus.Core.Zones;

/// <summary>Which records a zone serial stands for, and up to which change they are.</summary>
/// <param name="Serial">Of the SOA record (RFC 1035); compared by RFC 1982.</param>
/// <param name="Change">The newest change that is in these records.</param>
/// <param name="Digest">SHA-256 of the records without the serial, in hexadecimal digits: equal digests, equal records.</param>
public sealed record ZoneVersion(uint Serial, ChangeId Change, string Digest);
