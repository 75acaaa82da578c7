using System.Text.Json.Serialization;
using Cirrus.Api.Problems;
using Cirrus.Core.Changes;

namespace Cirrus.Api.Domains;

/// <summary>What became of a line.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportStatus>))]
public enum ImportStatus
{
    [JsonStringEnumMemberName("created")] Created,
    [JsonStringEnumMemberName("updated")] Updated,
    [JsonStringEnumMemberName("unchanged")] Unchanged,
    [JsonStringEnumMemberName("refused")] Refused,
}

/// <summary>The answer to one line of an import, itself one line.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Name">Of the domain; absent when the line could not be read.</param>
/// <param name="Change">The change id; absent when nothing was written.</param>
/// <param name="Revision">The one there is now; absent when refused, and for what a dry run would create or update.</param>
/// <param name="Errors">For each field at fault what is wrong with it; only when refused.</param>
public sealed record ImportResult(
    int Line,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    ImportStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChangeId? Change = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Revision = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null);

/// <summary>The last line of an import's answer.</summary>
/// <param name="Complete">Every line was worked on. When the answer ends in anything else, send the same file again.</param>
/// <param name="Problem">Why it is not complete.</param>
public sealed record ImportEnd(
    ImportTotals Totals,
    bool DryRun,
    bool Complete,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImportProblem? Problem = null);

/// <summary>Why an import ended before its time; the members are those of RFC 9457.</summary>
public sealed record ImportProblem(string Type, string Title, int Status, string Detail)
{
    internal static ImportProblem Of(ProblemType type, string detail) => new(type.Uri, type.Title, type.Status, detail);
}

/// <summary>How many lines became what.</summary>
public sealed record ImportTotals(int Lines, int Created, int Updated, int Unchanged, int Refused)
{
    internal ImportTotals With(ImportStatus status) => new(
        Lines + 1,
        Created + (status == ImportStatus.Created ? 1 : 0),
        Updated + (status == ImportStatus.Updated ? 1 : 0),
        Unchanged + (status == ImportStatus.Unchanged ? 1 : 0),
        Refused + (status == ImportStatus.Refused ? 1 : 0));
}
