using Cirrus.Core.Domains;

namespace Cirrus.Api.Purges;

/// <summary>Finds the domains that URLs are of.</summary>
internal sealed class PurgeTargets(DomainOwners owners)
{
    /// <summary>Reads URLs of one domain; without a host they are its paths.</summary>
    /// <returns>Paths with query, and what is wrong by name of field.</returns>
    public async Task<(IReadOnlyList<string> Values, IDictionary<string, string[]> Errors)> OfAsync(string domain, IReadOnlyList<string> urls)
    {
        var (targets, errors) = Read(urls);
        var owner = await owners.FindAsync(targets.Select(t => t.Host).OfType<string>());
        foreach (var (index, target) in targets.Index())
        {
            if (!target.FitsTo(domain))
                errors.TryAdd(Field(index), [$"The URL is not one of {domain}."]);
            else if (target.Host is { } host && owner.GetValueOrDefault(host, domain) != domain)
                errors.TryAdd(Field(index), [$"{host} is a domain of its own."]);
        }
        return ([.. targets.Select(t => t.PathAndQuery)], errors);
    }

    /// <summary>Reads hosts of one domain.</summary>
    /// <returns>Their normal forms, and what is wrong by name of field.</returns>
    public async Task<(IReadOnlyList<string> Values, IDictionary<string, string[]> Errors)> HostsOfAsync(string domain, IReadOnlyList<string> hosts)
    {
        var names = new List<string>();
        var errors = new Dictionary<string, string[]>();
        foreach (var (index, host) in hosts.Index())
        {
            if (HostName.Normalise(host ?? "", allowWildcard: false, out var name) is { } problem)
                errors[$"hosts[{index}]"] = [$"The host {problem}."];
            else if (!new PurgeTarget(name, "/").FitsTo(domain))
                errors[$"hosts[{index}]"] = [$"The host is not one of {domain}."];
            names.Add(name);
        }
        var owner = await owners.FindAsync(names.Where(n => n.Length > 0));
        foreach (var (index, name) in names.Index())
        {
            if (owner.GetValueOrDefault(name, domain) != domain)
                errors.TryAdd($"hosts[{index}]", [$"{name} is a domain of its own."]);
        }
        return (names, errors);
    }

    /// <summary>Reads absolute URLs and finds the domain of each.</summary>
    /// <returns>Domain and path with query of each, in the same order, and what is wrong by name of field.</returns>
    public async Task<(IReadOnlyList<(string Domain, string Value)> Values, IDictionary<string, string[]> Errors)> OfAnyAsync(IReadOnlyList<string> urls)
    {
        var (targets, errors) = Read(urls);
        var owner = await owners.FindAsync(targets.Select(t => t.Host).OfType<string>());
        var values = new List<(string Domain, string Value)>();
        foreach (var (index, target) in targets.Index())
        {
            if (target.Host is null)
                errors.TryAdd(Field(index), ["A URL begins with http:// or https://."]);
            else if (!owner.TryGetValue(target.Host, out var domain))
                errors.TryAdd(Field(index), [$"There is no domain {target.Host}."]);
            else
                values.Add((domain, target.PathAndQuery));
        }
        return (values, errors);
    }

    private static (IReadOnlyList<PurgeTarget> Targets, IDictionary<string, string[]> Errors) Read(IReadOnlyList<string> urls)
    {
        var targets = new List<PurgeTarget>();
        var errors = new Dictionary<string, string[]>();
        foreach (var (index, url) in urls.Index())
        {
            if (PurgeTarget.Read(url, out var target) is { } wrong)
                errors[Field(index)] = [wrong];
            targets.Add(target);
        }
        return (targets, errors);
    }

    private static string Field(int index) => $"urls[{index}]";
}
