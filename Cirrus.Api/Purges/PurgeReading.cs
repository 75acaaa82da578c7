using Cirrus.Core.Domains;
using Cirrus.Core.Purges;

namespace Cirrus.Api.Purges;

/// <summary>Makes purges of what callers write.</summary>
internal sealed class PurgeReading(PurgeTargets targets)
{
    /// <summary>Reads one purge.</summary>
    /// <returns>Null when its domain is no name; and what is wrong by name of field.</returns>
    public async Task<(Purge? Purge, IDictionary<string, string[]> Errors)> ReadAsync(PurgeRequest request)
    {
        if (HostName.Normalise(request.Domain!, allowWildcard: true, out var domain) is { } problem)
            return (null, new Dictionary<string, string[]> { ["domain"] = [$"The domain {problem}."] });

        var (values, errors) = request switch
        {
            { Urls: { } urls } => await targets.OfAsync(domain, urls),
            { Hosts: { } hosts } => await targets.HostsOfAsync(domain, hosts),
            _ => (request.Prefixes ?? request.Tags ?? [], new Dictionary<string, string[]>()),
        };
        return (new Purge(domain, request.Kind, [.. values.Distinct(StringComparer.Ordinal)], request.Soft is true), errors);
    }

    /// <summary>Reads several; what is wrong is named by the place in the list.</summary>
    public async Task<(IReadOnlyList<Purge> Purges, IDictionary<string, string[]> Errors)> ReadAllAsync(IReadOnlyList<PurgeRequest> requests)
    {
        var purges = new List<Purge>();
        var all = new Dictionary<string, string[]>();
        foreach (var (index, request) in requests.Index())
        {
            var (purge, errors) = await ReadAsync(request);
            if (purge is not null)
                purges.Add(purge);
            foreach (var (field, messages) in errors)
                all[$"purges[{index}].{field}"] = messages;
        }
        return (purges, all);
    }
}
