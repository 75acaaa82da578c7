using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>The same, with a zone that is signed, and primaries that answer clients themselves.</summary>
public sealed class SignedFixture : TransferFixture
{
    public IReadOnlyList<int> DirectPorts { get; } = [FreePort.Next(), FreePort.Next()];

    /// <summary>Of primaries that are started from now on.</summary>
    public string Denial { get; set; } = Cirrus.Dns.Signing.Denial.Nsec;

    public override IEnumerable<KeyValuePair<string, string>> Settings(int index) =>
    [
        new("Dns__Dnssec__Enabled", "true"), new("Dns__Dnssec__Denial", Denial),
        new("Dns__Direct__Listen", $"127.0.0.1:{DirectPorts[index]}"), new("Dns__Direct__RateLimit", "0"),
    ];
}
