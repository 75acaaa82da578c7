using Cirrus.Core.Changes;

namespace Cirrus.Workers.Health;

/// <summary>What one probe of a node found.</summary>
/// <param name="Error">Why it did not answer as it should; empty when it did.</param>
/// <param name="Applied">The newest change it said it had applied; null when it said nothing.</param>
/// <param name="Version">Of its software, or empty.</param>
/// <param name="Latency">How long a good answer took; of several addresses, the slowest one's.</param>
/// <param name="Unroutable">The address can't be reached from here at all, which says nothing of the node.</param>
internal sealed record ProbeResult(string Error, ChangeId? Applied = null, string Version = "", bool Unroutable = false, TimeSpan? Latency = null)
{
    public bool Answered => Error.Length == 0;

    /// <summary>
    /// The outcome for a node of several addresses. DNS names all of them, so each must answer; but an address of a family that this machine
    /// has no route for (IPv6, mostly) is left out while another one answers.
    /// </summary>
    public static ProbeResult Of(IReadOnlyList<(string Address, ProbeResult Result)> results)
    {
        var counted = results.Any(r => r.Result.Answered) ? [.. results.Where(r => !r.Result.Unroutable)] : results;
        var applied = counted.Select(r => r.Result.Applied).OfType<ChangeId>().DefaultIfEmpty().Min();
        var version = counted[0].Result.Version;
        var failed = counted.FirstOrDefault(r => !r.Result.Answered);
        var error = failed.Result is null ? "" : results.Count == 1 ? failed.Result.Error : $"{failed.Address}: {failed.Result.Error}";
        return new ProbeResult(error, counted.Any(r => r.Result.Applied is not null) ? applied : null, version);
    }
}
