namespace Cirrus.AppHost;

/// <summary>Where things are on this machine.</summary>
internal static class Layout
{
    /// <summary>Absolute path of a file of the repository.</summary>
    public static string RepositoryPath(this IDistributedApplicationBuilder builder, string path) =>
        Path.GetFullPath(path, Path.GetFullPath("..", builder.AppHostDirectory));

    /// <summary>Folder of a native process's data, under setting <c>Data</c> (default <c>.cirrus</c>).</summary>
    public static string DataPath(this IDistributedApplicationBuilder builder, string name) =>
        Path.Combine(builder.RepositoryPath(builder.Configuration["Data"] ?? ".cirrus"), name);
}
