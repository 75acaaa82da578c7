using System.Globalization;
using System.Text.RegularExpressions;
using Cirrus.Core.Acme;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Secondaries;
using Cirrus.Core.Zones;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Dns;

/// <summary>Redis, two Cirrus.Dns, and NSD, Knot and BIND as secondaries of both, each with a key of its own.</summary>
public partial class TransferFixture : IAsyncLifetime
{
    public const string Zone = "cdn.example.test";
    private static readonly Actor Actor = new("test");
    private static readonly string[] Names = ["nsd", "knot", "bind"];

    private readonly WorkFolder _folder = new();
    private readonly int[] _primaryPorts = [FreePort.Next(), FreePort.Next()];
    private readonly int[] _httpPorts = [FreePort.Next(), FreePort.Next()];
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private readonly ChildProcess?[] _primaries = new ChildProcess?[2];
    private readonly List<ChildProcess> _secondaries = [];
    private readonly List<string> _ownClients = [];
    private RedisServer _redis = null!;

    internal IConnectionMultiplexer Connection { get; private set; } = null!;
    internal NodeStore Nodes { get; private set; } = null!;
    internal DomainStore Domains { get; private set; } = null!;
    internal ChallengeStore Challenges { get; private set; } = null!;
    internal AppliedLog Applied { get; private set; } = null!;
    internal ZoneStore Zones { get; private set; } = null!;
    internal SecondaryStore Secondaries { get; private set; } = null!;

    public IReadOnlyList<int> PrimaryPorts => _primaryPorts;

    /// <summary>Of NSD, Knot and BIND.</summary>
    public IReadOnlyList<int> SecondaryPorts => _ports;

    /// <summary>A file of the fixture's.</summary>
    protected string At(string name) => _folder.At(name);

    /// <summary>Options of a primary besides.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> Settings(int index) => [];

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        Connection = await _redis.ConnectAsync();
        Nodes = new NodeStore(Connection);
        Domains = new DomainStore(Connection);
        Challenges = new ChallengeStore(Connection);
        Applied = new AppliedLog(Connection);
        Zones = new ZoneStore(Connection);
        Secondaries = new SecondaryStore(Connection);
        StartPrimary(0);
        await Wait.UntilAsync("the first primary leads", () => Output(0).Contains("leads", StringComparison.Ordinal));
        StartPrimary(1);
        _secondaries.Add(Program(0).StartNsd());
        _secondaries.Add(Program(1).StartKnot());
        _secondaries.Add(Program(2).StartBind());
        await Wait.UntilAsync("all serve the zone", AllServeCurrentAsync);
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _primaries.Concat(_secondaries))
        {
            if (process is not null)
                await process.DisposeAsync();
        }
        if (Connection is not null)
            await Connection.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>For dig: the key of the n-th secondary, or what is signed with another secret under its name.</summary>
    public static string[] SignedAs(int index, string? secret = null) => ["-y", $"hmac-sha256:{Names[index]}.cirrus:{secret ?? Secret(index)}"];

    public static string Secret(int index) => Convert.ToBase64String([.. Enumerable.Repeat((byte)(index + 1), 32)]);

    public void StartPrimary(int index) => _primaries[index] = new PrimaryProgram(
        _redis.ConnectionString, Zone, _primaryPorts[index], _httpPorts[index],
        [.. Names.Select((name, i) => new PrimaryProgram.Secondary(name, _ports[i], $"{name}.cirrus", Secret(i)))])
        .Start([.. Settings(index), new("Logging__LogLevel__Cirrus.Dns.Transfers", "Debug")]);

    public Task KillPrimaryAsync(int index) => _primaries[index]!.KillAsync();

    public Task<int> StopPrimaryAsync(int index) => _primaries[index]!.StopAsync();

    /// <summary>What a primary has logged since it was started, as far as it has come here.</summary>
    public string Output(int index) => _primaries[index]!.Output;

    /// <summary>All that a primary has logged by now: it comes in order, so a question of our own shows when all before it is here.</summary>
    public async Task<string> WholeOutputAsync(int index)
    {
        var client = $"127.0.0.1#{FreePort.Next()}";
        var serial = await Dig.SerialAsync(_primaryPorts[index], Zone);
        var logged = client.Replace('#', ':') + " ";
        _ownClients.Add(logged);
        await Dig.RunAsync(_primaryPorts[index], ["-b", client, .. SignedAs(0), Zone, $"IXFR={serial}"]);
        await _primaries[index]!.UntilSaysAsync(logged);
        return Output(index);
    }

    /// <summary>What all primaries have given since they were started, and how often NSD has taken an update for one that failed.</summary>
    public async Task<TransferLog> TransfersAsync()
    {
        var lines = (await WholeOutputAsync(0) + '\n' + await WholeOutputAsync(1)).Split('\n').Where(l => !_ownClients.Exists(c => l.Contains(c, StringComparison.Ordinal)));
        var output = string.Join('\n', lines);
        return new([.. WholeLine().Matches(output).Select(m => m.Value)], DifferencesLine().Count(output), RestartLine().Count(_secondaries[0].Output));
    }

    /// <summary>
    /// Fails unless since then everybody who asked for differences got them, and nobody asked for the whole zone. NSD before 4.12 may: when it
    /// loads two updates at once it takes the first for failed, says so, and begins anew.
    /// </summary>
    public async Task RequireDifferencesSinceAsync(TransferLog before)
    {
        var after = await TransfersAsync();
        Assert.True(after.Differences > before.Differences);
        var whole = after.Whole.Except(before.Whole).ToList();
        var excused = whole.Count(l => l.Contains($"({Names[0]}.cirrus)", StringComparison.Ordinal) && !l.Contains("for lack of", StringComparison.Ordinal));
        Assert.True(whole.Count == excused, $"Whole were:\n{string.Join('\n', whole)}\n{Troubles()}");
        // NSD says so before it asks, but by a way of its own.
        await Wait.UntilAsync(
            $"NSD says that it restarts {excused} updates", () => RestartLine().Count(_secondaries[0].Output) >= before.Restarts + excused);
    }

    // What all say of transfers that failed, or of the whole zone.
    private string Troubles() => string.Join('\n', _primaries.Concat(_secondaries)
        .SelectMany(p => p!.Output.Split('\n').Where(l => TroubleLine().IsMatch(l)).TakeLast(30)));

    public async Task<ChangeId> AddDomainAsync(string name)
    {
        var domain = new CdnDomain { Name = name, Origins = [new Origin("http", "127.0.0.1", 9000)], CacheEnable = true, Revision = 1 };
        return (await Domains.PutAsync(domain, Actor)).Change;
    }

    public async Task<ChangeId> RemoveDomainAsync(string name) => (await Domains.DeleteAsync(name, Actor)).Change;

    public async Task<ChangeId> AddNodeAsync(string id, string address, string region = "")
    {
        await Nodes.PutAsync(new Node { Id = id, Addresses = [address], Region = region, Revision = 1 }, Actor);
        return await TurnAsync(id, NodeHealth.Up);
    }

    public async Task<ChangeId> TurnAsync(string node, NodeHealth health) =>
        (await Nodes.SetHealthAsync(node, health, "", DateTimeOffset.UtcNow))!.Value;

    public Task UntilAppliedAsync(ChangeId change) => Wait.UntilAsync($"all secondaries have applied {change}", async () =>
        (await Task.WhenAll(Names.Select(n => Applied.SecondaryAppliedAsync(n, change)))).All(seen => seen is not null));

    public async Task<bool> AllServeCurrentAsync()
    {
        var serials = await Task.WhenAll(_primaryPorts.Concat(_ports).Select(p => Dig.SerialAsync(p, Zone)));
        return serials[0] is not null && serials.Distinct().Count() == 1;
    }

    /// <summary>The zone as each of the five has it, as a file.</summary>
    public async Task<IReadOnlyList<string>> DumpsAsync()
    {
        var nsd = Path.Combine(Program(0).Folder, $"{Zone}.zone");
        var serial = (await Zones.FindAsync(Zone))!.Serial.ToString(CultureInfo.InvariantCulture);
        await Wait.UntilAsync("NSD has written the zone", () => File.Exists(nsd) && File.ReadAllText(nsd).Contains($" {serial} ", StringComparison.Ordinal));
        return
        [
            await DumpAsync("leader", _primaryPorts[0], SignedAs(0)), await DumpAsync("follower", _primaryPorts[1], SignedAs(1)),
            nsd, await DumpAsync("knot", _ports[1], []), await DumpAsync("bind", _ports[2], []),
        ];
    }

    private async Task<string> DumpAsync(string name, int port, string[] signed)
    {
        var path = _folder.At($"{name}.zone");
        await File.WriteAllTextAsync(path, await Dig.RunAsync(port, [.. signed, "+noall", "+answer", "+onesoa", Zone, "AXFR"]) + "\n");
        return path;
    }

    private SecondaryPrograms Program(int index) =>
        new(_folder.At(Names[index]), Zone, _ports[index], $"{Names[index]}.cirrus", Secret(index), _primaryPorts);

    [GeneratedRegex("AXFR|warn|fail|error|refused|reset|time", RegexOptions.IgnoreCase)]
    private static partial Regex TroubleLine();

    [GeneratedRegex(".*transfers the whole zone.*")]
    private static partial Regex WholeLine();

    [GeneratedRegex("transfers the differences")]
    private static partial Regex DifferencesLine();

    [GeneratedRegex("update failed, restarting transfer")]
    private static partial Regex RestartLine();

    /// <param name="Whole">What the primaries say of transfers of the whole zone, a line each.</param>
    /// <param name="Differences">Transfers of those.</param>
    /// <param name="Restarts">Updates that NSD has taken for failed.</param>
    public sealed record TransferLog(IReadOnlyList<string> Whole, int Differences, int Restarts);
}
