using Cirrus.Tests;
using Cirrus.Tests.Api;
using Cirrus.Tests.Core.Acme;
using Cirrus.Tests.Dns;
using Cirrus.Tests.Dns.Signing;
using Cirrus.Tests.Edge;
using Cirrus.Tests.EndToEnd;
using Cirrus.Tests.Workers.Acme;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer($"{nameof(Cirrus)}.{nameof(Cirrus.Tests)}.{nameof(LongestFirst)}", $"{nameof(Cirrus)}.{nameof(Cirrus.Tests)}")]

namespace Cirrus.Tests;

/// <summary>What takes minutes begins first, so that none of it is left to run alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        EdgeGroup.Name, ApiCollection.Name, Of<ControlPlaneTests>(), Of<SignedTransferTests>(), Of<KillTests>(), Of<YearTests>(),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(c => Array.IndexOf(Longest, c.DisplayName) is var place and >= 0 ? place : Longest.Length);

    // As xUnit calls the collection of a class.
    private static string Of<T>() => $"Test collection for {typeof(T).FullName}";
}
