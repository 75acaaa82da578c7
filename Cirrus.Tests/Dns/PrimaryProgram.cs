using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>Cirrus.Dns as a process of its own, with its secondaries on this machine.</summary>
/// <param name="Redis">Its connection string.</param>
internal sealed record PrimaryProgram(string Redis, string Zone, int Port, int HttpPort, params IReadOnlyList<PrimaryProgram.Secondary> Secondaries)
{
    /// <param name="Key">By which it signs.</param>
    /// <param name="Secret">In base64.</param>
    public sealed record Secondary(string Name, int Port, string Key, string Secret);

    /// <param name="settings">What else is set.</param>
    public ChildProcess Start(params IEnumerable<KeyValuePair<string, string>> settings)
    {
        var environment = new Dictionary<string, string>(settings)
        {
            ["ConnectionStrings__redis"] = Redis,
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{HttpPort}",
            ["Zone__Name"] = Zone,
            ["Dns__Listen"] = $"127.0.0.1:{Port}",
            ["Logging__LogLevel__StackExchange.Redis"] = "Warning",
            // With a few names it starts in half the time. As it is shipped it is run in the stack of the end-to-end tests.
            ["DOTNET_TieredCompilation"] = "1",
        };
        foreach (var (i, (key, secret)) in Secondaries.Select(s => (s.Key, s.Secret)).Distinct().Index())
        {
            environment[$"Dns__TsigKeys__{i}__Name"] = key;
            environment[$"Dns__TsigKeys__{i}__Secret"] = secret;
        }
        foreach (var (i, secondary) in Secondaries.Index())
        {
            environment[$"Dns__Secondaries__{i}__Name"] = secondary.Name;
            environment[$"Dns__Secondaries__{i}__Address"] = "127.0.0.1";
            environment[$"Dns__Secondaries__{i}__Port"] = $"{secondary.Port}";
            environment[$"Dns__Secondaries__{i}__TsigKey"] = secondary.Key;
        }
        return ChildProcess.Start("dotnet", "dotnet-sdk-10.0", [Path.Combine(AppContext.BaseDirectory, "Cirrus.Dns.dll")], environment);
    }
}
