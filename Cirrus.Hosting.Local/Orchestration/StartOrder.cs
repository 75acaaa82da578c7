using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>Who waits for whom.</summary>
internal static class StartOrder
{
    public static IEnumerable<IResource> DependenciesOf(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Dependency).Distinct();

    /// <summary>The resources, each after all it waits for.</summary>
    /// <exception cref="DistributedApplicationException">Resources wait for each other in a circle.</exception>
    public static IReadOnlyList<IResource> Of(IEnumerable<IResource> resources)
    {
        var ordered = new List<IResource>();
        var open = new List<IResource>();
        foreach (var resource in resources)
            Visit(resource);
        return ordered;

        void Visit(IResource resource)
        {
            if (ordered.Contains(resource))
                return;
            if (open.Contains(resource))
                throw new DistributedApplicationException($"These resources wait for each other: {string.Join(", ", open.Select(each => each.Name))}.");

            open.Add(resource);
            foreach (var dependency in DependenciesOf(resource))
                Visit(dependency);
            open.Remove(resource);
            ordered.Add(resource);
        }
    }
}
