using Cirrus.Api.Requests;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Microsoft.AspNetCore.Mvc;

namespace Cirrus.Api.Audit;

/// <summary>The parameters of <c>GET /api/v1/audit</c>.</summary>
internal sealed record AuditQuery
{
    public const int DefaultLimit = 100;
    private const int MostLimit = 1000;

    /// <summary>How many entries at most, 1 to 1000; default 100.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>Entries older than the one of this id, newest first.</summary>
    [FromQuery(Name = "before")]
    public string? Before { get; init; }

    /// <summary>Entries newer than the one of this id, oldest first.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; init; }

    [FromQuery(Name = "actor")]
    public string? Actor { get; init; }

    [FromQuery(Name = "action")]
    public string? Action { get; init; }

    [FromQuery(Name = "key")]
    public string? Key { get; init; }

    /// <summary>accepted or refused.</summary>
    [FromQuery(Name = "outcome")]
    public string? Outcome { get; init; }

    /// <summary>From this time on (RFC 3339).</summary>
    [FromQuery(Name = "since")]
    public string? Since { get; init; }

    /// <summary>Before this time (RFC 3339).</summary>
    [FromQuery(Name = "until")]
    public string? Until { get; init; }

    [FromQuery(Name = "requestId")]
    public string? RequestId { get; init; }

    /// <summary>The id of a change.</summary>
    [FromQuery(Name = "change")]
    public string? Change { get; init; }

    /// <returns>What is wrong, by parameter; empty when nothing is.</returns>
    public Dictionary<string, string[]> Read(out AuditSearch search)
    {
        var errors = new Dictionary<string, string[]>();
        if (Limit is < 1 or > MostLimit)
            errors["limit"] = [$"A limit is between 1 and {MostLimit}."];
        if (Outcome is not (null or AuditEntry.Accepted or AuditEntry.Refused))
            errors["outcome"] = [$"An outcome is {AuditEntry.Accepted} or {AuditEntry.Refused}."];
        if (Before is not null && After is not null)
            errors["after"] = ["Give before or after, not both."];
        search = new AuditSearch
        {
            OldestFirst = After is not null,
            Start = Id("before", Before, errors) ?? Id("after", After, errors),
            Actor = Actor,
            Action = Action,
            Key = Key,
            Outcome = Outcome,
            RequestId = RequestId,
            Change = Change,
            Since = Time("since", Since, errors),
            Until = Time("until", Until, errors),
        };
        return errors;
    }

    private static string? Id(string parameter, string? text, Dictionary<string, string[]> errors)
    {
        if (text is not null && !ChangeId.TryParse(text, out _))
            errors[parameter] = ["An id looks like 1767323045000-0."];
        return text;
    }

    private static DateTimeOffset? Time(string parameter, string? text, Dictionary<string, string[]> errors)
    {
        if (text is null)
            return null;
        if (Timestamp.TryParse(text, out var time))
            return time;
        errors[parameter] = [Timestamp.Expected];
        return null;
    }
}
