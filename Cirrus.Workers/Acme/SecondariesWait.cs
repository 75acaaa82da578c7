using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Core.Secondaries;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Acme;

/// <summary>Waits until the name servers that can be reached serve a change: an authority that looks earlier finds nothing.</summary>
internal sealed class SecondariesWait(
    SecondaryStore secondaries, AppliedLog applied, AppliedBell bell, IOptions<AcmeOptions> options, TimeProvider time)
{
    /// <exception cref="IssuanceException">Some did not in time; it says which.</exception>
    public async Task UntilServedAsync(ChangeId change, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            // Before reading, so that a ring between the read and the wait is not missed.
            var ring = bell.NextRing();
            var all = await secondaries.ListAsync();
            var missing = await MissingAsync(all, change);
            if (missing.Count == 0)
                return;
            if (time.GetElapsedTime(begun) >= options.Value.SecondariesTimeout)
                throw new IssuanceException(AcmeTrouble.Passing, Words(missing));
            await ring.WaitAsync(cancellation);
        }
    }

    // One that can't be reached answers nobody, the authority neither. When none can be, there is nobody who could answer it.
    private async Task<IReadOnlyList<Secondary>> MissingAsync(IReadOnlyList<Secondary> all, ChangeId change)
    {
        var reachable = all.Where(s => s.Reachable).ToList();
        if (reachable.Count == 0)
            return all;
        var served = await Task.WhenAll(reachable.Select(s => applied.SecondaryAppliedAsync(s.Name, change)));
        return [.. reachable.Where((_, i) => served[i] is null)];
    }

    private string Words(IReadOnlyList<Secondary> missing)
    {
        var names = string.Join(" and ", missing.Select(s => s.Name));
        return missing.Any(s => s.Reachable)
            ? $"The challenge is not served by {names} after {options.Value.SecondariesTimeout.TotalSeconds:0.#} s, so the authority was not told to look for it."
            : $"None of the name servers ({names}) can be reached, so the authority was not told to look for the challenge.";
    }
}
