using System.Diagnostics;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>Writes the answers anew whenever the zone is another.</summary>
internal sealed partial class AnswerFollower(
    CurrentZone zone, RegionalZone regional, DirectAnswers answers, DirectMetrics metrics, IOptions<DnsOptions> options, ILogger<AnswerFollower> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;
    private AnswerSource? _written;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Direct.Listen is null)
            return;
        await Task.Yield();
        while (true)
        {
            var replaced = zone.Replaced;
            // Whoever wants signatures would take what has none for forged.
            if ((options.Value.Dnssec.Enabled ? zone.Snapshot : zone.Answering) is { } snapshot)
                Follow(new AnswerSource(snapshot, regional.Current));
            await replaced.WaitAsync(stoppingToken);
        }
    }

    private void Follow(AnswerSource now)
    {
        var started = Stopwatch.GetTimestamp();
        if (answers.Table is not { } table || _written is not { } before)
        {
            answers.Replace(AnswerTableBuilder.Build(now.Zone, now.Regional));
            LogWritten(now.Zone.Serial, answers.Table!.Count, Stopwatch.GetElapsedTime(started));
        }
        // The same zone under the same serial may have been found to be right up to a newer change.
        else if ((now.Zone.Serial, now.Zone.Content, now.Regional) != (before.Zone.Serial, before.Zone.Content, before.Regional))
        {
            answers.Replace(AnswerTableBuilder.Update(table, before, now, out var names));
            var took = Stopwatch.GetElapsedTime(started);
            metrics.Updated(took);
            LogUpdated(now.Zone.Serial, names, answers.Table!.Count, took);
        }
        _written = now;
    }

    [LoggerMessage(LogLevel.Debug, "Direct answers of serial {Serial}: {Changed} of {Names} names anew in {Took}")]
    private partial void LogUpdated(uint serial, int changed, int names, TimeSpan took);

    [LoggerMessage(LogLevel.Information, "Direct answers of serial {Serial}: {Names} names in {Took}")]
    private partial void LogWritten(uint serial, int names, TimeSpan took);
}
