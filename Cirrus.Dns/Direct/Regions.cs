namespace Cirrus.Dns.Direct;

/// <summary>The regions that clients may be in, by number.</summary>
internal sealed class Regions
{
    /// <summary>Numbers fit into an octet, and 0 is no region.</summary>
    public const int Max = 50;

    private readonly Dictionary<string, byte> _byCountry;
    private readonly Dictionary<string, byte> _byContinent;

    public Regions(DirectOptions options)
    {
        Names = [.. options.Countries.Values.Concat(options.Continents.Values).Distinct().Order(StringComparer.Ordinal)];
        _byCountry = Numbers(options.Countries);
        _byContinent = Numbers(options.Continents);
    }

    /// <summary>The first is number 1.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Of a country, else of its continent; 0: of neither.</summary>
    public byte Of(string? country, string? continent) =>
        country is not null && _byCountry.TryGetValue(country, out var region) ? region
        : continent is not null ? _byContinent.GetValueOrDefault(continent)
        : (byte)0;

    private Dictionary<string, byte> Numbers(IReadOnlyDictionary<string, string> regions) => regions.ToDictionary(
        r => r.Key, r => (byte)(Names.ToList().IndexOf(r.Value) + 1), StringComparer.OrdinalIgnoreCase);
}
