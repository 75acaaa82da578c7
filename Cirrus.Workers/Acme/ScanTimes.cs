using Cronos;

namespace Cirrus.Workers.Acme;

/// <summary>Cron expressions as the options have them.</summary>
internal static class ScanTimes
{
    private const int FieldsWithSeconds = 6;

    /// <returns>Null: it is none.</returns>
    public static CronExpression? TryParse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return CronExpression.TryParse(text, fields == FieldsWithSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard, out var expression)
            ? expression : null;
    }
}
