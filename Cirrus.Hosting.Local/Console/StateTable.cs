using Aspire.Hosting.ApplicationModel;

namespace Cirrus.Hosting.Local.Console;

/// <summary>The table of resources.</summary>
internal static class StateTable
{
    internal sealed record Row(string Resource, string State, string? Problem, IReadOnlyList<string> Urls);

    public static string Render(IEnumerable<Row> rows)
    {
        string[][] cells =
        [
            ["RESOURCE", "STATE", "URL"],
            .. rows.Select(row => new[] { row.Resource, row.Problem is null ? row.State : $"{row.State} ({row.Problem})", string.Join("  ", row.Urls) }),
        ];
        var first = cells.Max(row => row[0].Length);
        var second = cells.Max(row => row[1].Length);
        var lines = cells.Select(row => $"  {row[0].PadRight(first)}  {row[1].PadRight(second)}  {row[2]}".TrimEnd());
        return $"{Environment.NewLine}{string.Join(Environment.NewLine, lines)}{Environment.NewLine}";
    }

    /// <summary>A state in one lower-case word.</summary>
    public static string Word(CustomResourceSnapshot snapshot) => snapshot.State?.Text switch
    {
        null => "not started",
        "Running" when ResourceNotificationService.IsHealthy(snapshot) => "healthy",
        "Running" => "running",
        "FailedToStart" => "failed",
        "Finished" => "stopped",
        var text => text.ToLowerInvariant(),
    };
}
