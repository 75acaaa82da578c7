using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What a manifest contains of a resource.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Leaves the resource out: it is for this machine only.</summary>
    public static IResourceBuilder<T> ExcludeFromManifest<T>(this IResourceBuilder<T> builder) where T : IResource =>
        builder.WithAnnotation(new ExcludeFromManifestAnnotation());
}
