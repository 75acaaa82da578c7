namespace Aspire.Hosting;

/// <summary>How the application is built. Switches of Aspire's dashboard and certificates are accepted and change nothing here.</summary>
public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    /// <summary>Name of the AppHost's assembly; default the entry assembly.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>Folder that relative paths start from; default the folder of the AppHost's project.</summary>
    public string? ProjectDirectory { get; set; }

    public bool DisableDashboard { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    public bool? DeveloperCertificateDefaultHttpsTerminationEnabled { get; set; }
}
