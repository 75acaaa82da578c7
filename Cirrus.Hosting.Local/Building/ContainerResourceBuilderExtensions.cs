using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Containers, as far as the manifest needs them.</summary>
public static class ContainerResourceBuilderExtensions
{
    /// <summary>A container built from a Dockerfile.</summary>
    /// <param name="contextPath">Build context, relative to the AppHost's folder.</param>
    /// <param name="dockerfilePath">Relative to the context; default <c>Dockerfile</c>.</param>
    public static IResourceBuilder<ContainerResource> AddDockerfile(
        this IDistributedApplicationBuilder builder, string name, string contextPath, string? dockerfilePath = null, string? stage = null)
    {
        var context = Path.GetFullPath(contextPath, builder.AppHostDirectory).TrimEnd(Path.DirectorySeparatorChar);
        return builder.AddResource(new ContainerResource(name))
            .WithAnnotation(new DockerfileBuildAnnotation(context, Path.GetFullPath(dockerfilePath ?? "Dockerfile", context), stage));
    }

    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource => builder.WithAnnotation(new VolumeAnnotation(name, target, isReadOnly));

    /// <param name="source">Folder of this machine, relative to the AppHost's folder.</param>
    public static IResourceBuilder<T> WithBindMount<T>(this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false)
        where T : ContainerResource =>
        builder.WithAnnotation(new BindMountAnnotation(Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory), target, isReadOnly));
}
