using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Acme;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Zones;

/// <summary>Makes the zone: a pure function, so the same input always gives the same records in the same order.</summary>
internal static class ZoneBuilder
{
    /// <summary>
    /// The TXT record of an access name that has no address. A name without records does not exist, and resolvers would keep NXDOMAIN;
    /// with this one it exists and has no address. It says nothing of the domain behind it.
    /// </summary>
    public const string NoNode = "no node is ready";

    // What an authority's resolver still keeps is never older than this when a name is validated again.
    private static readonly TimeSpan ChallengeTtl = TimeSpan.FromSeconds(5);

    public static ZoneContent Build(ZoneInput input)
    {
        var origin = DomainName.Parse(input.Zone.Name);
        var records = new Records(origin);
        AddNameServers(records, input);
        AddAccessNames(records, input);
        AddChallenges(records, input.Challenges);

        var soa = SoaFactory(origin, input);
        records.Hash(soa(0).ToString());
        return new ZoneContent(origin, records.List, records.Digest(), soa);
    }

    private static void AddNameServers(Records records, ZoneInput input)
    {
        var ttl = Seconds(input.Dns.NameServerTtl);
        foreach (var server in input.NameServers)
            records.AddNameServer(server.Label, ttl);
        foreach (var server in input.NameServers)
            records.AddAddresses(server.Label, ttl, server.Glue);
    }

    private static void AddAccessNames(Records records, ZoneInput input)
    {
        var ttl = Seconds(input.Zone.Ttl);
        var assignment = new Assignment(input.Zone, input.Nodes);
        var domains = input.Domains.Select(d => (Label: AccessName.Label(d.Key), Gate: d.Value)).DistinctBy(d => d.Label, StringComparer.Ordinal);
        foreach (var (label, gate) in domains.OrderBy(d => d.Label, StringComparer.Ordinal))
        {
            var addresses = assignment.OfLabel(label, gate).SelectMany(n => n.Addresses).Select(IPAddress.Parse).Distinct().ToList();
            if (addresses.Count == 0)
                records.AddText(label, ttl, NoNode);
            else
                records.AddAddresses(label, ttl, addresses);
        }
    }

    // At one name there may be several: for the name and its wildcard, and of two orders at once.
    private static void AddChallenges(Records records, IEnumerable<Challenge> challenges)
    {
        var values = challenges.SelectMany(c => c.Values, (c, value) => (Name: AccessName.Challenge(c.Name), Value: value)).Distinct();
        foreach (var (name, value) in values.OrderBy(v => v.Name, StringComparer.Ordinal).ThenBy(v => v.Value, StringComparer.Ordinal))
            records.AddText(name, Seconds(ChallengeTtl), value);
    }

    private static Func<uint, SoaRecord> SoaFactory(DomainName origin, ZoneInput input)
    {
        var options = input.Dns;
        var master = DomainName.Parse(input.NameServers[0].Label) + origin;
        var responsible = DomainName.Parse("hostmaster") + origin;
        return serial => new SoaRecord(
            origin, Seconds(options.NameServerTtl), master, responsible, serial,
            Seconds(options.Refresh), Seconds(options.Retry), Seconds(options.Expire), Seconds(options.NegativeTtl));
    }

    private static int Seconds(TimeSpan span) => (int)span.TotalSeconds;

    /// <summary>Collects records and hashes what they say on the way.</summary>
    private sealed class Records(DomainName origin)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public List<DnsRecordBase> List { get; } = [];

        public void AddNameServer(string label, int ttl)
        {
            List.Add(new NsRecord(origin, ttl, Name(label)));
            Hash($"NS {ttl} {label}");
        }

        public void AddText(string label, int ttl, string text)
        {
            List.Add(new TxtRecord(Name(label), ttl, text));
            Hash($"{label} {ttl} TXT {text}");
        }

        public void AddAddresses(string label, int ttl, IEnumerable<IPAddress> addresses)
        {
            var name = Name(label);
            // The order within a set means nothing in DNS; a fixed one keeps two builds of the same zone equal.
            foreach (var address in addresses.OrderBy(a => a.AddressFamily).ThenBy(a => a.ToString(), StringComparer.Ordinal))
            {
                List.Add(address.AddressFamily == AddressFamily.InterNetwork
                    ? new ARecord(name, ttl, address)
                    : new AaaaRecord(name, ttl, address));
                Hash(string.Create(CultureInfo.InvariantCulture, $"{label} {ttl} {address}"));
            }
        }

        public void Hash(string line) => _hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));

        public string Digest() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        private DomainName Name(string label) => DomainName.Parse(label) + origin;
    }
}
