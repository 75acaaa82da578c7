using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>What an authority's answers mean for the next attempt.</summary>
internal static class AcmeFaults
{
    /// <summary>The authority itself is in trouble: it did not answer, not in a way that can be used, or says so.</summary>
    public static bool IsItsOwn(this AcmeException e) => e.Problem is null or { Status: >= 500 } || e.Problem.Is("serverInternal");

    public static IssuanceException ToIssuance(this AcmeException e) => new(
        e.IsItsOwn() ? AcmeTrouble.Passing : e.Problem!.Is("rateLimited") ? AcmeTrouble.Limited : AcmeTrouble.Refused,
        e.Message, e.Problem, e.RetryAfter, e);
}
