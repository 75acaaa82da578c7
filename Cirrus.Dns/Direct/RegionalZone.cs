using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>The addresses by region that go with the zone. Costs nothing while clients are not told apart.</summary>
internal sealed class RegionalZone(IOptions<DnsOptions> options)
{
    private readonly Regions _regions = new(options.Value.Direct);
    private RegionalAddresses? _current;
    private ZoneDraft? _draft;

    /// <summary>Null: all clients get the same.</summary>
    public RegionalAddresses? Current => Volatile.Read(ref _current);

    /// <summary>Called before the zone of the same draft is offered; that tells the readers of both.</summary>
    public void Build(ZoneDraft draft)
    {
        if (options.Value.Direct is not { Listen: not null, Database: not null })
            return;
        var isAnother = !ReferenceEquals(draft, _draft);
        Volatile.Write(ref _current, draft.TakeMoved() is { } moved && !isAnother && Current is { } before
            ? before.With(draft, moved)
            : new RegionalAddresses(draft, _regions));
        _draft = draft;
    }
}
