namespace Aspire.Hosting
{
    /// <summary>Where a project is; the build generates one class for each project the AppHost references.</summary>
    public interface IProjectMetadata : ApplicationModel.IResourceAnnotation
    {
        /// <summary>Absolute path of the project file.</summary>
        string ProjectPath { get; }

        bool SuppressBuild => false;
    }

    public interface IResourceWithServiceDiscovery : ApplicationModel.IResourceWithEndpoints;
}

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A .NET project, run from its build output.</summary>
    public class ProjectResource(string name)
        : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
    {
        internal IProjectMetadata Metadata => Annotations.OfType<IProjectMetadata>().Last();
    }
}
