using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Cirrus.Core.Origins;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Core;

/// <summary>What the API accepts as an origin's address the edge connects to, and the other way round.</summary>
public sealed partial class EdgeAddressPolicyTests
{
    private static readonly string Edge = File.ReadAllText(Repository.At("Cirrus.Edge.Config/lua/cirrus/core/address_policy.lua"));

    [Fact]
    public void Api_and_edge_refuse_the_same_networks()
    {
        var edge = Special().Match(Edge).Groups[1].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(n => IPNetwork.Parse(n));

        Assert.Equal(Outermost(edge), Outermost(AddressPolicy.NotPublic.Select(n => n.Network)));
    }

    [Fact]
    public void Api_and_edge_find_ipv4_inside_ipv6_at_the_same_places()
    {
        var edge = Embedded().Matches(Edge)
            .Select(m => (IPNetwork.Parse(m.Groups[1].Value), int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture) - 1));

        Assert.Equal(edge.ToHashSet(), AddressPolicy.Embedding.ToHashSet());
    }

    // Without those inside of others, which only give an address a better name.
    private static List<string> Outermost(IEnumerable<IPNetwork> networks)
    {
        var all = networks.ToHashSet();
        return [.. all.Where(n => !all.Any(o => o.PrefixLength < n.PrefixLength && o.Contains(n.BaseAddress))).Select(n => $"{n}").Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"SPECIAL = networks\.parse \[\[(.*?)\]\]", RegexOptions.Singleline)]
    private static partial Regex Special();

    [GeneratedRegex(@"networks\.parse\(""([^""]+)""\), (\d+)")]
    private static partial Regex Embedded();
}
