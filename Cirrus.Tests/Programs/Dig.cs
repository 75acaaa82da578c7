using System.Globalization;
using System.Text.RegularExpressions;

namespace Cirrus.Tests.Programs;

/// <summary>Asks name servers as an operator would.</summary>
internal static partial class Dig
{
    // Patient, for the machine may be busy and a packet may be lost; a port where nobody listens says so at once.
    private static readonly string[] Manners = ["+norecurse", "+tries=2", "+time=4"];

    /// <summary>The data of the answers, sorted; empty when there are none or nobody answers.</summary>
    public static async Task<IReadOnlyList<string>> ShortAsync(int port, string name, string type, params string[] options) =>
        Answers(await RunAsync(port, ["+short", name, type, .. options]));

    /// <summary>The same of a resolver: the target of each CNAME on the way, and what the last one leads to.</summary>
    public static async Task<IReadOnlyList<string>> ResolveAsync(int port, string name, string type) =>
        Answers(await RunAsync(port, "+recurse", "+short", name, type));

    /// <summary>Everything dig prints; arguments as on its command line.</summary>
    public static async Task<string> RunAsync(int port, params string[] arguments)
    {
        try
        {
            return await ChildProcess.RunAsync(
                "dig", "bind9-dnsutils", ["@127.0.0.1", "-p", $"{port}", .. Manners, .. arguments]);
        }
        catch (InvalidOperationException e) when (e.Message.Contains("exited with 9", StringComparison.Ordinal))
        {
            // Its way of saying that nobody answered.
            return "";
        }
    }

    /// <summary>The zone's serial, or null when the server does not serve it.</summary>
    public static async Task<uint?> SerialAsync(int port, string zone)
    {
        var soa = await ShortAsync(port, zone, "SOA");
        return soa.Count == 1 && SoaSerial().Match(soa[0]) is { Success: true } found
            ? uint.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;
    }

    private static string[] Answers(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith(';')).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^\S+ \S+ (\d+) ")]
    private static partial Regex SoaSerial();
}
