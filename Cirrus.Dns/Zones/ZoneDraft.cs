using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Acme;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Zones;

/// <summary>
/// What the zone is to say, kept up to date piece by piece: a change costs work for the names that it is about. The content depends on the
/// pieces alone, not on the order in which they came.
/// </summary>
internal sealed class ZoneDraft
{
    // What an authority's resolver still keeps is never older than this when a name is validated again.
    private static readonly TimeSpan ChallengeTtl = TimeSpan.FromSeconds(5);

    private readonly ZoneOptions _zone;
    private readonly DnsOptions _dns;
    private readonly Dictionary<string, Led> _domains;
    private readonly GateIndex _gates;
    private readonly AnswerTimes _times;

    // What differs from the content, or may.
    private readonly List<(byte[] Owner, NameRecords? Records)> _touched = [];

    // Domains that may be led elsewhere than when somebody looked last; null: all may.
    private HashSet<string>? _moved;
    private Dictionary<string, NameRecords> _challenges = [];
    private IReadOnlyList<Challenge> _all = [];
    private Assignment _assignment;
    private AddressRecords _addresses;
    private ZoneContent _content;

    public ZoneDraft(ZoneInput input, TimeProvider? time = null)
    {
        (_zone, _dns) = (input.Zone, input.Dns);
        _times = new AnswerTimes(time ?? TimeProvider.System);
        _domains = new Dictionary<string, Led>(input.Domains.Count, StringComparer.Ordinal);
        // Put in order meanwhile, for nothing here asks for it.
        var gates = Task.Run(() => new GateIndex(input.Domains));
        _assignment = new Assignment(_zone, input.Nodes);
        _addresses = new AddressRecords();
        Nodes = input.Nodes;
        NameServers = [];
        _content = new ZoneContent(Soa(_zone, _dns, input.NameServers[0].Label));
        _touched.EnsureCapacity(input.Domains.Count);
        Put(input.NameServers);
        Put(input.Challenges);
        // Where one is led does not depend on the others.
        foreach (var (name, led, records) in Many.Select([.. input.Domains], Placed))
        {
            _domains.Add(name, led);
            _times.Move(null, led.Domain.Lead);
            _touched.Add((led.Owner, records));
        }
        _gates = gates.GetAwaiter().GetResult();
    }

    /// <summary>The nodes as they were put last.</summary>
    public IReadOnlyList<NodeView> Nodes { get; private set; }

    /// <summary>The name servers as they were put last.</summary>
    public IReadOnlyList<NameServer> NameServers { get; private set; }

    /// <summary>Another number after each piece that may matter.</summary>
    public long Edition { get; private set; }

    /// <summary>All pieces, as one would build the zone of them at once.</summary>
    public ZoneInput Input => new(
        _zone, _dns, NameServers, _domains.ToDictionary(d => d.Key, d => d.Value.Domain, StringComparer.Ordinal), Nodes, _all);

    /// <summary>Of each node whether it may be named for some domain, and for how long at most answers hold that may have named it.</summary>
    public IEnumerable<(string Id, bool IsNamed, int Ttl)> Named()
    {
        var serving = _assignment.Serving.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        return Nodes.Select(v => (v.Node.Id, serving.Contains(v.Node.Id), _times.Longest(v.Node)));
    }

    /// <summary>Whether a node that may be named has yet to apply a certificate.</summary>
    public bool AwaitsNodes => GateProgress.IsAwaited(_gates.Newest, Nodes, _assignment);

    /// <summary>Whom names are led to.</summary>
    public Assignment Assignment => _assignment;

    /// <summary>All domains.</summary>
    public IReadOnlyCollection<ILed> Domains => _domains.Values;

    /// <summary>A domain; null: there is none of that name.</summary>
    public ILed? Find(string name) => _domains.GetValueOrDefault(name);

    /// <summary>Names of domains that came, went, or may be led elsewhere in whatever region since this was asked last; null: of all that are there.</summary>
    public IReadOnlyCollection<string>? TakeMoved()
    {
        var moved = _moved;
        _moved = [];
        return moved;
    }

    /// <summary>All that was put.</summary>
    public ZoneContent Content
    {
        get
        {
            if (_touched.Count > 0)
                _content = _content.With(_touched);
            _touched.Clear();
            return _content;
        }
    }

    /// <summary>A domain, and how it is led.</summary>
    public void Put(string name, SteeredDomain domain)
    {
        if (_domains.TryGetValue(name, out var led) && led.Domain == domain)
            return;
        Edition++;
        _gates.Move(name, led?.Domain.Gate, domain.Gate);
        Lead(name, domain);
    }

    public void Remove(string name)
    {
        if (!_domains.Remove(name, out var led))
            return;
        Edition++;
        _gates.Move(name, led.Domain.Gate, null);
        _moved?.Add(name);
        _times.Move(led.Domain.Lead, null);
        _touched.Add((led.Owner, WithoutDomain(name)));
    }

    /// <summary>All nodes, and what is known of them.</summary>
    public void Put(IReadOnlyList<NodeView> nodes)
    {
        Edition++;
        var before = (Views: Nodes, Assignment: _assignment);
        Nodes = SameWhereEqual(before.Views, nodes);
        _assignment = new Assignment(_zone, Nodes);
        var change = _assignment.Since(before.Assignment);
        if (change.MovesAny)
        {
            _addresses = new AddressRecords();
            _moved = null;
            foreach (var led in _domains.Values)
            {
                if (change.MayMove(led.Name, led.Domain.Lead, led.Chosen))
                    Choose(led);
            }
        }
        if (GateProgress.Applied(before.Views, Nodes) is var (from, to))
        {
            foreach (var name in _gates.Between(from, to))
            {
                _moved?.Add(name);
                Touch(_domains[name]);
            }
        }
    }

    /// <summary>All challenges; few at any time.</summary>
    public void Put(IReadOnlyList<Challenge> challenges)
    {
        // At one name there may be several: for the name and its wildcard, and of two orders at once.
        var next = challenges.GroupBy(c => c.Name, StringComparer.Ordinal)
            .Select(g => (Name: g.Key, Values: g.SelectMany(c => c.Values).Distinct(StringComparer.Ordinal).ToList()))
            .Where(c => c.Values.Count > 0)
            .ToDictionary(c => c.Name, c => new NameRecords([RecordSet.OfText(Seconds(ChallengeTtl), c.Values)]), StringComparer.Ordinal);
        Edition++;
        var former = _challenges;
        (_challenges, _all) = (next, challenges);
        foreach (var name in former.Keys.Union(next.Keys, StringComparer.Ordinal))
        {
            if (Equals(former.GetValueOrDefault(name), next.GetValueOrDefault(name)))
                continue;
            _touched.Add((OwnerName.Of(AccessName.Challenge(name)), next.GetValueOrDefault(name)));
            if (!_domains.ContainsKey(name))
                _touched.Add((OwnerName.Of(AccessName.Label(name)), WithoutDomain(name)));
        }
    }

    /// <summary>The zone's name servers.</summary>
    public void Put(IReadOnlyList<NameServer> servers)
    {
        Edition++;
        var ttl = Seconds(_dns.NameServerTtl);
        var (former, addresses) = (NameServers, new AddressRecords());
        NameServers = servers;
        foreach (var gone in former.ExceptBy(servers.Select(s => s.Label), s => s.Label))
            _touched.Add((OwnerName.Of(gone.Label), null));
        _touched.Add(([], new NameRecords([RecordSet.OfNames(RecordType.Ns, ttl, servers.Select(s => DomainName.Parse(s.Label) + _content.Origin))])));
        foreach (var server in servers)
            _touched.Add((OwnerName.Of(server.Label), server.Glue.Count == 0 ? null : addresses.Of(server.Glue, ttl)));
    }

    private void Lead(string name, SteeredDomain domain)
    {
        _moved?.Add(name);
        var isKnown = _domains.TryGetValue(name, out var led);
        _times.Move(led?.Domain.Lead, domain.Lead);
        if (isKnown)
        {
            var isLedAlike = led!.Domain.Lead == domain.Lead;
            led.Domain = domain;
            if (isLedAlike)
                Touch(led);
            else
                Choose(led);
            return;
        }
        led = Chosen(name, domain);
        _domains.Add(name, led);
        Touch(led);
    }

    private (string Name, Led Led, NameRecords Records) Placed(KeyValuePair<string, SteeredDomain> domain)
    {
        var led = Chosen(domain.Key, domain.Value);
        return (domain.Key, led, RecordsOf(led));
    }

    private Led Chosen(string name, SteeredDomain domain)
    {
        var label = AccessName.Label(name);
        var hash = _assignment.NameOf(label);
        return new Led(OwnerName.Of(label), hash, domain) { Chosen = _assignment.OfName(hash, domain.Lead) };
    }

    private void Choose(Led led)
    {
        led.Chosen = _assignment.OfName(led.Name, led.Domain.Lead);
        Touch(led);
    }

    private void Touch(Led led) => _touched.Add((led.Owner, RecordsOf(led)));

    private NameRecords RecordsOf(Led led)
    {
        var lead = led.Domain.Lead;
        var isEmpty = led.Chosen.Count == 0 && _assignment.IsEmpty(lead.Group);
        return _addresses.Of(_assignment.Named(led.Chosen, led.Domain.Gate), lead.Ttl, led.Domain.Caa, isEmpty);
    }

    // A name without records exists while there are names below it.
    private NameRecords? WithoutDomain(string name) => _challenges.ContainsKey(name) ? NameRecords.None : null;

    // A node that says of itself what it said before is kept, so that what is known of its names is.
    private static List<NodeView> SameWhereEqual(IReadOnlyList<NodeView> former, IReadOnlyList<NodeView> nodes)
    {
        var known = former.ToDictionary(v => v.Node.Id, v => v.Node, StringComparer.Ordinal);
        return [.. nodes.Select(v => known.TryGetValue(v.Node.Id, out var node) && LeadsAlike(node, v.Node) ? v with { Node = node } : v)];
    }

    private static bool LeadsAlike(Node left, Node right) =>
        (left.Share, left.Region, left.State, left.Quarantine?.Automatic) == (right.Share, right.Region, right.State, right.Quarantine?.Automatic)
        && left.Addresses.SequenceEqual(right.Addresses) && NodeGroup.PoolsOf(left).SequenceEqual(NodeGroup.PoolsOf(right));

    private static SoaRecord Soa(ZoneOptions zone, DnsOptions dns, string master)
    {
        var origin = DomainName.Parse(zone.Name);
        return new SoaRecord(
            origin, Seconds(dns.NameServerTtl), DomainName.Parse(master) + origin, DomainName.Parse("hostmaster") + origin, 0,
            Seconds(dns.Refresh), Seconds(dns.Retry), Seconds(dns.Expire), Seconds(dns.NegativeTtl));
    }

    private static int Seconds(TimeSpan span) => (int)span.TotalSeconds;

    /// <summary>A domain, and where it is led.</summary>
    private sealed class Led(byte[] owner, ulong name, SteeredDomain domain) : ILed
    {
        public byte[] Owner => owner;

        public ulong Name => name;

        public SteeredDomain Domain { get; set; } = domain;
        public IReadOnlyList<Node> Chosen { get; set; } = [];
    }
}

/// <summary>A domain in the zone.</summary>
internal interface ILed
{
    byte[] Owner { get; }

    /// <summary>The hash by which nodes are chosen.</summary>
    ulong Name { get; }

    SteeredDomain Domain { get; }
}
