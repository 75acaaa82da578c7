using Cirrus.Core.Acme;
using Cirrus.Core.Steering;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Acme;

/// <summary>Looks whether customers have made the records by which authorities find our proofs, before any authority is troubled.</summary>
internal sealed class CnameCheck(CnameLookup lookup, IOptions<AcmeOptions> options, IOptions<ZoneOptions> zone)
{
    private const int LongestChain = 8;

    /// <exception cref="IssuanceException">Which record is to be made, and what was found instead.</exception>
    public async Task CheckAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        if (!options.Value.RequireCname)
            return;
        var missing = new List<string>();
        foreach (var alias in ChallengeAlias.Of(names, zone.Value.Name))
        {
            if (await ProblemAsync(alias, cancellation) is { } problem)
                missing.Add(problem);
        }
        if (missing.Count > 0)
            throw new IssuanceException(AcmeTrouble.Customer, string.Join(' ', missing));
    }

    private async Task<string?> ProblemAsync(ChallengeAlias alias, CancellationToken cancellation)
    {
        var (from, target) = (alias.Name.TrimEnd('.'), alias.Target.TrimEnd('.'));
        var (name, found) = (from, "");
        // A customer may lead there over names of their own.
        for (var i = 0; i < LongestChain; i++)
        {
            var answer = await lookup.FindAsync(name, cancellation);
            if (answer.Target == target)
                return null;
            if (answer.Failure is { } failure)
                return $"Create {from}. CNAME {target}. Whether it is there can't be told: {failure} when asked for {name}.";
            if (answer.Target is not { } next)
                break;
            (name, found) = (next, found.Length == 0 ? $" It is a CNAME to {next}." : found);
        }
        return $"Create {from}. CNAME {target}.{(found.Length > 0 ? found : $" There is no CNAME record at {from}.")}";
    }
}
