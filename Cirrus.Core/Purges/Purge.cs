using System.Text.Json.Serialization;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Purges;

/// <summary>What a purge makes unreachable at every edge, or stale when it is soft.</summary>
/// <param name="Domain">The normalised name of the domain.</param>
/// <param name="Kind">How <paramref name="Values"/> are meant.</param>
/// <param name="Values">Paths (with query for <see cref="PurgeKind.Url"/>), hosts or tags; empty for <see cref="PurgeKind.Everything"/>.</param>
/// <param name="Soft">Objects are served on while an edge fetches them anew.</param>
public sealed record Purge(string Domain, PurgeKind Kind, IReadOnlyList<string> Values, bool Soft = false);

/// <summary>How the values of a purge are meant.</summary>
[JsonConverter(typeof(WordConverter<PurgeKind>))]
public enum PurgeKind
{
    /// <summary>All of the domain; there are no values.</summary>
    [JsonStringEnumMemberName("everything")] Everything,

    /// <summary>Every path that begins with a value.</summary>
    [JsonStringEnumMemberName("prefix")] Prefix,

    /// <summary>Paths with query, each one object.</summary>
    [JsonStringEnumMemberName("url")] Url,

    /// <summary>What the origin gave a tag, by <c>Surrogate-Key</c> or <c>Cache-Tag</c>.</summary>
    [JsonStringEnumMemberName("tag")] Tag,

    /// <summary>All of one host of a wildcard domain.</summary>
    [JsonStringEnumMemberName("host")] Host,
}

/// <summary>An accepted purge; kept for <see cref="PurgeStore.Kept"/>.</summary>
/// <param name="Id">Its change id.</param>
/// <param name="By">The actor, as in the audit trail.</param>
public sealed record PurgeRecord(ChangeId Id, Purge Purge, DateTimeOffset At, string By);

/// <summary>A line of the list of purges: a record without its values.</summary>
/// <param name="Count">How many values it has.</param>
public sealed record PurgeLine(ChangeId Id, string Domain, PurgeKind Kind, bool Soft, int Count, string By);
