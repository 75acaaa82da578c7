namespace Cirrus.Tests.Hosting;

/// <summary>The working copy the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath("..", Projects.Cirrus_AppHost.ProjectPath);

    public static string At(string path) => Path.Combine(Root, path);
}
