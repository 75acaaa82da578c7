using Cirrus.Api.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Cirrus.Api.Audit;

/// <summary>Why a request was refused, in a line for the audit trail: the kind of problem and its detail, never what the body holds.</summary>
internal static class RefusalReason
{
    private const int Longest = 200;
    private const int MostFields = 5;

    /// <param name="problem">What the caller was told, when it was told a problem.</param>
    /// <param name="wasThrown">The body could not be read: the names of its fields are the caller's own words.</param>
    public static string Of(int status, ProblemDetails? problem, bool wasThrown)
    {
        var kind = problem?.Type is { } type ? type[(type.LastIndexOf('/') + 1)..] : ProblemType.Of(status)?.Name ?? $"{status}";
        var detail = problem switch
        {
            HttpValidationProblemDetails when wasThrown => "the body or a parameter can't be read",
            HttpValidationProblemDetails { Errors: { Count: > 0 } errors } => string.Join(", ", errors.Keys.Take(MostFields)),
            _ => problem?.Detail,
        };
        return Line(detail is null ? kind : $"{kind}: {detail}", Longest);
    }

    /// <summary>A text of the caller's on one line of limited length.</summary>
    public static string Line(string text, int longest)
    {
        var cut = text.Length <= longest ? text : $"{text.AsSpan(0, longest - 1)}…";
        return string.Create(cut.Length, cut, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '?' : from[i];
        });
    }
}
