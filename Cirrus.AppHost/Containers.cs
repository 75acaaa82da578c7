using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Cirrus.AppHost;

/// <summary>Whether nginx, NSD and Redis run in containers or as programs of this machine.</summary>
internal static class Containers
{
    private const string Setting = "Containers";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Always true for a published application. Here setting <c>Containers</c> decides: <c>always</c>, <c>never</c>, or
    /// <c>auto</c> (default), which asks whether a container engine answers. A host without containers sets <c>never</c>.
    /// </summary>
    public static bool UsesContainers(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return true;

        if (builder.Configuration[Setting] is null or "auto")
            builder.Configuration[Setting] = Engines(builder.Configuration).Any(Answers) ? "always" : "never";
        return builder.Configuration[Setting] == "always";
    }

    private static string[] Engines(ConfigurationManager configuration) =>
        configuration["ASPIRE_CONTAINER_RUNTIME"] is { Length: > 0 } chosen ? [chosen] : ["docker", "podman"];

    private static bool Answers(string engine)
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(engine, ["container", "ls", "-n", "1"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (probe.WaitForExit(Patience))
                return probe.ExitCode == 0;

            probe.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // Not installed.
            return false;
        }
    }
}
