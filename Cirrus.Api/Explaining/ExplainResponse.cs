using System.Text.Json;
using System.Text.Json.Serialization;
using Cirrus.Api.Domains;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Explaining;

/// <summary>What happens to a request.</summary>
/// <param name="Url">As the node was asked for it: scheme, host, path and query.</param>
/// <param name="Nodes">Those that DNS names for the domain now.</param>
/// <param name="WaitingFor">Why DNS does not name all nodes that are chosen for it, as in the domain's cname.</param>
/// <param name="Certificate">The certificate that is shown for the host; null without one.</param>
/// <param name="Edge">What the node says that was asked; null when none was, or it did not answer: then <paramref name="Problem"/> says why.</param>
public sealed record ExplainResponse(
    string Domain, string Method, string Url, IReadOnlyList<AssignedNode> Nodes, Awaited? WaitingFor, ExplainedCertificate? Certificate,
    EdgeExplanation? Edge, string? Problem);

/// <summary>A certificate, and the domain it belongs to.</summary>
public sealed record ExplainedCertificate(string Domain, IReadOnlyList<string> Names, string Issuer, DateTimeOffset NotAfter)
{
    internal static ExplainedCertificate From(string domain, CertificateSummary summary) => new(domain, summary.Names, summary.Issuer, summary.NotAfter);
}

/// <summary>Who gives the answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Answerer>))]
public enum Answerer
{
    /// <summary>The object is in the cache, and is used.</summary>
    [JsonStringEnumMemberName("cache")] Cache,

    /// <summary>An origin is asked.</summary>
    [JsonStringEnumMemberName("origin")] Origin,

    /// <summary>The edge itself: a redirect, a refusal, an error.</summary>
    [JsonStringEnumMemberName("edge")] Edge,
}

/// <summary>What a node does with a request, found by having it do so, up to where it would ask an origin.</summary>
/// <param name="Node">Its id.</param>
/// <param name="Applied">The newest change it had applied.</param>
/// <param name="Answer">Who gives the answer.</param>
/// <param name="Status">Of the answer; null when an origin decides it.</param>
/// <param name="Location">Where a redirect leads.</param>
/// <param name="CacheStatus">The header field of the answer, as far as it can be known.</param>
/// <param name="Reason">Why the cache is not asked: <c>bypass</c> or <c>method</c>.</param>
/// <param name="Why">What is behind <paramref name="Reason"/>, such as <c>policy</c>, <c>authorization</c> or <c>body</c>.</param>
/// <param name="Rule">The rule that decides; null when none does.</param>
/// <param name="Policy">A time to live in seconds, <c>origin</c> when the origin's header fields decide, <c>off</c> when nothing is stored.</param>
/// <param name="OriginUri">What an origin is asked for.</param>
/// <param name="Key">Of the object in the node's cache.</param>
/// <param name="Age">Of the object in the cache, in seconds.</param>
/// <param name="Tags">Of the object in the cache.</param>
/// <param name="FetchedUnder">The newest change that was applied when the object in the cache was asked for.</param>
/// <param name="Epochs">The purges that concern it.</param>
/// <param name="Origins">Those that may be asked, in the order of the document.</param>
public sealed record EdgeExplanation(
    string Node, string? Applied, Answerer Answer, int? Status, string? Location, string? CacheStatus, string? Reason, string? Why,
    ExplainedRule? Rule, string? Policy, string? OriginUri, string? Key, int? Age, IReadOnlyList<string>? Tags, string? FetchedUnder,
    ExplainedEpochs? Epochs, IReadOnlyList<ExplainedOrigin>? Origins);

/// <summary>A cache rule.</summary>
/// <param name="Index">Its place in the document, from 0.</param>
/// <param name="Problem">Why it can't be used.</param>
public sealed record ExplainedRule(int Index, string Path, string? Problem);

/// <summary>Change ids of the purges that concern an object; 0-0 where there was none.</summary>
/// <param name="Key">The one in the key.</param>
/// <param name="Everything">The newest of everything of the domain.</param>
/// <param name="Url">The newest that concerns the URL: of everything, its host, a prefix or itself.</param>
/// <param name="Soft">The newest soft one that concerns it.</param>
/// <param name="NewestTag">The newest by tag, of any tag.</param>
public sealed record ExplainedEpochs(string Key, string Everything, string Url, string? Soft, string? NewestTag);

/// <summary>An origin as the node sees it.</summary>
/// <param name="Backup">It is asked when all others failed.</param>
/// <param name="Healthy">False while it is asked last: it could not be reached, or fails its health checks.</param>
public sealed record ExplainedOrigin(string Url, int Weight, bool Backup, bool Healthy);
