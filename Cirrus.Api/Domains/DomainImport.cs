using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cirrus.Api.Audit;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Audit;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>A line of an import as read: a valid request, or what is wrong with it.</summary>
internal sealed record ImportLine(int Number, string? Name, DomainRequest? Request, IReadOnlyDictionary<string, string[]> Errors);

/// <summary>
/// Writes many domains, a batch of lines at a time: the current documents of a batch are read at once and its writes are under way at once, since
/// a write spends its time waiting for the disk. While one batch is written the next is read; nothing further is, so memory stays flat and a slow
/// reader of the answer slows the sender.
/// </summary>
internal sealed class DomainImport(
    DomainStore store, DomainValidation validation, RefusalTrail refusals, TimeProvider time, IOptions<ZoneOptions> zone)
{
    /// <summary>In octets.</summary>
    public const int LongestLine = RequestLimits.MaxBody;

    private const string Action = "POST /api/v1/domains/import";

    // Many small lines, so that the disk is waited for together; few large ones, so that they are not all held at once.
    private const int BatchLines = 64;
    private const int BatchOctets = 1024 * 1024;

    /// <summary>One list of results for each batch, in the order of the lines.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ImportResult>> RunAsync(
        Stream input, Caller caller, Actor actor, bool dryRun, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var batches = Channel.CreateBounded<List<ImportLine>>(1);
        var reading = ReadAsync(input, caller, actor, batches.Writer, stop.Token);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(aborted))
                yield return await WriteAsync(batch, caller, actor, dryRun);
        }
        finally
        {
            // The request's body may not be read any more once the request is over.
            await stop.CancelAsync();
            await reading;
        }
    }

    /// <summary>Never fails: what goes wrong reaches the other end of the channel.</summary>
    private async Task ReadAsync(
        Stream input, Caller caller, Actor actor, ChannelWriter<List<ImportLine>> batches, CancellationToken cancellation)
    {
        try
        {
            var lines = new NdjsonLines(input, LongestLine);
            var batch = new List<ImportLine>();
            var octets = 0;
            while (await lines.FillAsync(cancellation))
            {
                while (lines.TryTake(out var line))
                {
                    batch.Add(await ParseAsync(line, caller, actor, cancellation));
                    octets += line.Json.Length;
                    if (batch.Count < BatchLines && octets < BatchOctets)
                        continue;
                    await batches.WriteAsync(batch, cancellation);
                    (batch, octets) = ([], 0);
                }
                // What is there is worked on before more is waited for, so that a sender in no hurry gets its answers.
                if (batch.Count == 0)
                    continue;
                await batches.WriteAsync(batch, cancellation);
                (batch, octets) = ([], 0);
            }
            batches.Complete();
        }
        catch (Exception e)
        {
            batches.Complete(e);
        }
    }

    private async Task<ImportLine> ParseAsync(NdjsonLine line, Caller caller, Actor actor, CancellationToken cancellation)
    {
        var (request, errors) = line.TooLong
            ? Validated.Refused("body", $"A line has at most {LongestLine} octets.")
            : await validation.ReadAsync(line.Json, cancellation);
        if (request is null || errors.Count > 0)
            return new ImportLine(line.Number, request?.Name, null, errors);
        if (DomainNames.Problem(request.Name ?? "", zone.Value, out var name) is { } problem)
            return new ImportLine(line.Number, request.Name, null, Validated.Refused("name", problem).Errors);
        if (caller.Covers(name))
            return new ImportLine(line.Number, name, request, errors);
        var reason = $"This token is not for {name}.";
        refusals.Add(new Refusal(actor, caller.Name, Action, name, $"{ProblemType.Forbidden.Name}: {reason}"));
        return new ImportLine(line.Number, name, null, Validated.Refused("name", reason).Errors);
    }

    private async Task<IReadOnlyList<ImportResult>> WriteAsync(List<ImportLine> batch, Caller caller, Actor actor, bool dryRun)
    {
        var names = batch.Where(l => l.Request is not null).Select(l => l.Name!).Distinct().ToList();
        var current = names.Zip(await store.FindAsync(names)).ToDictionary(p => p.First, p => p.Second);
        var latest = new Dictionary<string, Task<ImportResult>>();
        var results = new List<Task<ImportResult>>(batch.Count);
        foreach (var line in batch)
        {
            if (line.Request is null)
            {
                results.Add(Task.FromResult(new ImportResult(line.Number, line.Name, ImportStatus.Refused, Errors: line.Errors)));
                continue;
            }
            // A name that is given twice: the second line finds what the first one left.
            var result = latest.TryGetValue(line.Name!, out var before)
                ? WriteAfterAsync(before, line, caller, actor, dryRun)
                : WriteAsync(line, current[line.Name!], caller, actor, dryRun);
            results.Add(latest[line.Name!] = result);
        }
        return await Task.WhenAll(results);
    }

    private async Task<ImportResult> WriteAfterAsync(Task before, ImportLine line, Caller caller, Actor actor, bool dryRun)
    {
        await before;
        return await WriteAsync(line, await store.FindAsync(line.Name!), caller, actor, dryRun);
    }

    private async Task<ImportResult> WriteAsync(ImportLine line, CdnDomain? current, Caller caller, Actor actor, bool dryRun)
    {
        var (name, request) = (line.Name!, line.Request!);
        await foreach (var round in WriteRounds.AttemptsAsync())
        {
            if (round > 0)
                current = await store.FindAsync(name);
            if (request.ErrorsFor(name, current, caller) is { Count: > 0 } errors)
                return new ImportResult(line.Number, name, ImportStatus.Refused, Errors: errors);
            var domain = request.ToDomain(name, current, time.GetUtcNow(), actor.Name);
            // Before the revision is looked at: a file whose lines carry revisions can be sent again, too.
            if (current is not null && domain.IsContentOf(current))
                return new ImportResult(line.Number, name, ImportStatus.Unchanged, Revision: current.Revision);
            if (request.Revision is { } expected && expected != (current?.Revision ?? 0))
                return Refused(line, "revision", current is null ? $"{name} does not exist." : $"{name} has revision {current.Revision}.");

            var status = current is null ? ImportStatus.Created : ImportStatus.Updated;
            if (dryRun)
                return new ImportResult(line.Number, name, status);
            var written = await store.PutAsync(domain, actor, "domain-import");
            if (written.Accepted)
                return new ImportResult(line.Number, name, status, written.Change, written.Revision);
        }
        return Refused(line, "name", $"{name} is being written by others all the time.");
    }

    private static ImportResult Refused(ImportLine line, string field, string message) =>
        new(line.Number, line.Name, ImportStatus.Refused, Errors: Validated.Refused(field, message).Errors);
}
