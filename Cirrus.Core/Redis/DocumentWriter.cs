using System.Globalization;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>What happened to a write.</summary>
public enum WriteOutcome
{
    /// <summary>Written; the result carries the change id.</summary>
    Accepted,

    /// <summary>Someone else wrote first: the stored revision is not the expected one. Nothing was written.</summary>
    Conflict,

    /// <summary>There is nothing of that name. Nothing was written.</summary>
    Missing,
}

/// <summary>The result of a write: what happened and, when accepted, the change id.</summary>
/// <param name="Revision">The document's revision, where one was written: a name that comes back after a deletion goes on counting.</param>
public readonly record struct WriteResult(WriteOutcome Outcome, ChangeId Change, int Revision = 0)
{
    public bool Accepted => Outcome == WriteOutcome.Accepted;
}

/// <summary>Runs the script by which documents are written: one call is one change.</summary>
internal sealed class DocumentWriter(IDatabase db)
{
    private static readonly Script Put = new(Accept.File, "put_document.lua");

    /// <param name="action">What the audit trail calls it; null: as the event.</param>
    public async Task<WriteResult> PutAsync(
        DocumentKeys keys, RedisValue json, int expectedRevision, int newRevision, string eventType, Actor actor, string? action = null) =>
        Read(await Put.RunAsync(
            db,
            Accept.Keys([keys.Document, keys.History, keys.Index, .. keys.Epochs]),
            Accept.Arguments(actor, keys.Name, json, expectedRevision, newRevision, eventType, action ?? eventType)));

    /// <summary>Writes a document whatever is there, with the revision and creation that follow from it.</summary>
    /// <param name="json">Of a new document, ending in <c>createdAt</c> and <c>revision</c>.</param>
    /// <returns>The change, the revision, and when the document was created: null when it was just now.</returns>
    public async Task<(ChangeId Change, int Revision, DateTimeOffset? CreatedAt)> PutOverAsync(
        DocumentKeys keys, RedisValue json, string eventType, Actor actor)
    {
        var reply = await Put.RunAsync(
            db,
            Accept.Keys([keys.Document, keys.History, keys.Index, .. keys.Epochs]),
            Accept.Arguments(actor, keys.Name, json, RedisValue.EmptyString, 1, eventType, eventType));
        return (Read(reply).Change, (int)reply[2], (string?)reply[3] is { Length: > 0 } created
            ? DateTimeOffset.Parse(created, CultureInfo.InvariantCulture) : null);
    }

    internal static WriteResult Read(RedisResult[] reply) => (string?)reply[0] switch
    {
        "ok" => new WriteResult(WriteOutcome.Accepted, ChangeId.Parse((string)reply[1]!), reply.Length > 2 ? (int)reply[2] : 0),
        "conflict" => new WriteResult(WriteOutcome.Conflict, default),
        "missing" => new WriteResult(WriteOutcome.Missing, default),
        var other => throw new InvalidOperationException($"A write script answered '{other}'."),
    };
}

/// <summary>The keys one document lives under.</summary>
internal sealed record DocumentKeys(string Name, RedisKey Document, RedisKey History, RedisKey Index, RedisKey[] Epochs);
