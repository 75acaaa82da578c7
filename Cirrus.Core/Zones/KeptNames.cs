namespace Cirrus.Core.Zones;

/// <summary>What is kept of a signed zone besides its version: signatures can't be made again alike, so all of its names are.</summary>
/// <param name="Names">Labels and records in a format that only Dns knows; without records: the name is no more.</param>
/// <param name="Whole">They are all there are; otherwise they are written over those that are kept.</param>
public sealed record KeptNames(IReadOnlyList<KeyValuePair<byte[], byte[]>> Names, bool Whole);
