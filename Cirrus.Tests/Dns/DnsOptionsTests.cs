using Cirrus.Dns;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

public sealed class DnsOptionsTests
{
    private static readonly SecondaryOptions Good = new() { Name = "ns1", Address = "127.0.0.1", Port = 53 };

    public static TheoryData<DnsOptions, string> Bad() => new()
    {
        { new() { Secondaries = [Good], Listen = "localhost" }, "Dns:Listen must be an IP address and a port" },
        { new() { Secondaries = [Good], Listen = "127.0.0.1" }, "Dns:Listen must be an IP address and a port" },
        { new(), "Dns:Secondaries must name at least one" },
        { new() { Secondaries = [new() { Name = "NS_1", Address = "127.0.0.1" }] }, "Dns:Secondaries:0:Name must be a label" },
        { new() { Secondaries = [Good, Good] }, "Dns:Secondaries:1:Name must differ" },
        { new() { Secondaries = [new() { Name = "ns1", Address = "not a name" }] }, "Dns:Secondaries:0:Address must be" },
        { new() { Secondaries = [new() { Name = "ns1", Address = "ns1.test", Port = 0 }] }, "Dns:Secondaries:0:Port must be between" },
        { new() { Secondaries = [new() { Name = "ns1", Address = "ns1.test", Glue = ["x"] }] }, "Dns:Secondaries:0:Glue must hold" },
        { new() { Secondaries = [Good], TransferFrom = ["127.0.0.1", "x"] }, "Dns:TransferFrom:1 must be" },
        { new() { Secondaries = [Good], Direct = new() { Listen = "53" } }, "Dns:Direct:Listen must be" },
        { new() { Secondaries = [Good], Direct = new() { Sockets = 0 } }, "Dns:Direct:Sockets must be between" },
        { new() { Secondaries = [Good], Direct = new() { RateLimit = -1 } }, "Dns:Direct:RateLimit must be between" },
        { new() { Secondaries = [Good], Direct = new() { Slip = 11 } }, "Dns:Direct:Slip must be between" },
        { new() { Secondaries = [Good], Direct = new() { CookieSecrets = ["secret"] } }, "Dns:Direct:CookieSecrets:0 must be 32" },
        { new() { Secondaries = [Good], Direct = new() { Database = "x.mmdb" } }, "Dns:Direct:Database needs" },
        { new() { Direct = new() { Servers = [new() { Name = "ns1" }] } }, "Dns:Direct:Servers:0:Addresses must hold" },
        { new() { Direct = new() { Servers = [new() { Name = "-", Addresses = ["192.0.2.1"] }] } }, "Dns:Direct:Servers:0:Name must be" },
        { new() { Secondaries = [Good], Dnssec = new() { Denial = "NSEC5" } }, "Dns:Dnssec:Denial must be nsec or nsec3, not 'NSEC5'" },
        { new() { Secondaries = [Good], Direct = new() { Servers = [new() { Name = "ns1", Addresses = ["192.0.2.1"] }] } }, "must have other names" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_value_is_refused_by_its_key(DnsOptions options, string message)
    {
        var result = new DnsOptionsValidator().Validate(null, options);
        Assert.Contains(message, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Good_values_are_accepted() =>
        Assert.True(new DnsOptionsValidator().Validate(null, new() { Secondaries = [Good], TransferFrom = ["10.0.0.0/8"] }).Succeeded);

    [Fact]
    public void Direct_servers_make_secondaries_optional() => Assert.True(new DnsOptionsValidator().Validate(
        null, new() { Direct = new() { Listen = "127.0.0.1:53", Servers = [new() { Name = "ns1", Addresses = ["192.0.2.1"] }] } }).Succeeded);

    [Fact]
    public async Task A_process_with_bad_values_ends_and_names_all_their_keys()
    {
        await using var dns = ChildProcess.Start(
            "dotnet", "dotnet-sdk-10.0", [Path.Combine(AppContext.BaseDirectory, "Cirrus.Dns.dll")],
            new Dictionary<string, string>
            {
                ["ConnectionStrings__redis"] = $"127.0.0.1:{FreePort.Next()}",
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}",
                ["Dns__Listen"] = "nowhere",
                ["Dns__Refresh"] = "00:00:01",
            });
        await Wait.UntilAsync("it ends", () => dns.HasExited);

        Assert.NotEqual(0, dns.ExitCode);
        await Wait.UntilAsync("it has said why", () =>
            Array.TrueForAll(["Dns:Listen", "Dns:Secondaries", "Dns:Refresh"], k => dns.Output.Contains(k, StringComparison.Ordinal)));
    }
}
