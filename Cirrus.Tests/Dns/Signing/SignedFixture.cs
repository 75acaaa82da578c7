using Cirrus.Tests.Dns.Direct;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>The same, with a zone that is signed, and primaries that answer clients themselves.</summary>
public sealed class SignedFixture : TransferFixture
{
    public IReadOnlyList<int> DirectPorts { get; } = [FreePort.Next(), FreePort.Next()];

    /// <summary>Of primaries that are started from now on.</summary>
    public string Denial { get; set; } = Cirrus.Dns.Signing.Denial.Nsec;

    /// <summary>Where a client of the region <c>europe</c> is.</summary>
    public const string InEurope = "127.0.0.2";

    public override IEnumerable<KeyValuePair<string, string>> Settings(int index)
    {
        var database = At($"regions-{index}.mmdb");
        RegionFile.Write(database, ($"{InEurope}/32", "DE", "EU"));
        return
        [
            new("Dns__Dnssec__Enabled", "true"), new("Dns__Dnssec__Denial", Denial),
            new("Dns__Direct__Listen", $"127.0.0.1:{DirectPorts[index]}"), new("Dns__Direct__RateLimit", "0"),
            new("Dns__Direct__Database", database), new("Dns__Direct__Continents__EU", "europe"),
        ];
    }
}
