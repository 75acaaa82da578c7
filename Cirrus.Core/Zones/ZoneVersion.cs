using Cirrus.Core.Changes;

namespace Cirrus.Core.Zones;

/// <summary>Which records a zone serial stands for, and up to which change they are.</summary>
/// <param name="Serial">Of the SOA record (RFC 1035); compared by RFC 1982.</param>
/// <param name="Change">The newest change that is in these records.</param>
/// <param name="Digest">Of the records without the serial, in hexadecimal digits: equal digests, equal records.</param>
public sealed record ZoneVersion(uint Serial, ChangeId Change, string Digest);

/// <summary>A step from one serial of a zone to the next, as the journal keeps it.</summary>
/// <param name="From">The serial before.</param>
/// <param name="Differences">In a format that only Dns knows.</param>
public sealed record ZoneStep(uint From, uint To, ChangeId Change, byte[] Differences);

/// <summary>A part of the journal.</summary>
/// <param name="Version">What is stored now; null: the zone never had a version.</param>
/// <param name="Steps">From the oldest to the newest.</param>
/// <param name="Position">Read on from here.</param>
public sealed record ZoneHistory(ZoneVersion? Version, IReadOnlyList<ZoneStep> Steps, string Position);
