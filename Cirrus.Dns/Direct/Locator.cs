namespace Cirrus.Dns.Direct;

/// <summary>Where clients are.</summary>
internal sealed class Locator
{
    private RegionRanges? _ranges;

    /// <summary>Null: it is not asked for, or the database is not read yet.</summary>
    public RegionRanges? Ranges => Volatile.Read(ref _ranges);

    public void Replace(RegionRanges next) => Volatile.Write(ref _ranges, next);
}
