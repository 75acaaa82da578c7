namespace Cirrus.Dns.Zones;

/// <summary>Makes the zone: a pure function, so the same input always gives the same records.</summary>
internal static class ZoneBuilder
{
    public static ZoneContent Build(ZoneInput input) => new ZoneDraft(input).Content;
}
