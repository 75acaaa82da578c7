using System.Diagnostics;

namespace Cirrus.Tests.EndToEnd;

/// <summary>Asks a name server on 127.0.0.1 with the program every operator has.</summary>
internal static class Dig
{
    /// <summary>The data of the answer's records in order; empty when there are none or nobody answers.</summary>
    public static async Task<string[]> ShortAsync(int port, string name, string type)
    {
        string[] arguments = ["@127.0.0.1", "-p", $"{port}", "+short", "+time=1", "+tries=1", name, type];
        using var dig = Process.Start(new ProcessStartInfo("dig", arguments) { RedirectStandardOutput = true })!;
        var output = await dig.StandardOutput.ReadToEndAsync();
        await dig.WaitForExitAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith(';')).Order(StringComparer.Ordinal)];
    }
}
