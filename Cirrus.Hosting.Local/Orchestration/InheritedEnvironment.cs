using System.Collections;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>The host's own environment, without what speaks to the host alone.</summary>
internal static class InheritedEnvironment
{
    // An AppHost's launch profile is not its children's: an inherited ASPNETCORE_URLS would make them all listen on one port.
    private static readonly string[] Private = ["ASPNETCORE_", "ASPIRE_", "DOTNET_LAUNCH_PROFILE", "DOTNET_ENVIRONMENT", "MASTER_API_TOKEN", "CIRRUS_KEY_ENCRYPTION_KEYS", "Parameters__", "Ports__", "MSBUILD"];

    public static Dictionary<string, string> Read() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => !Private.Any(prefix => ((string)variable.Key).StartsWith(prefix, StringComparison.Ordinal)))
        .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);
}
