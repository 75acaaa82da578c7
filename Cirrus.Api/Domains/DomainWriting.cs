using System.Text.Json.Nodes;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>Writes over domains: each checks what the request is based on, writes, and starts again when someone else came first.</summary>
internal sealed class DomainWriting(DomainStore store, DomainValidation validation, TimeProvider time, IOptions<PreconditionOptions> options)
{
    /// <summary>Puts a valid domain in place of what is there, or where nothing is.</summary>
    public async Task<Written> PutAsync(HttpContext context, string name, DomainRequest request)
    {
        var caller = context.Caller();
        if (!context.HasPrecondition() && request.Revision is null && !options.Value.RequireIfMatch && !request.DependsOnCurrent(caller))
            return await PutOverAsync(context, name, request);
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var current = await store.FindAsync(name);
            if (context.Refusal(name, current?.Revision ?? 0, request.Revision, options.Value.RequireIfMatch) is { } refusal)
                return Written.Refused(refusal);
            if (request.ErrorsFor(name, current, caller) is { Count: > 0 } errors)
                return Written.Refused(errors);
            if (await WriteAsync(context, request.ToDomain(name, current, time.GetUtcNow(), context.Actor().Name), null) is { } written)
                return written;
        }
        return Written.Refused(ProblemsExtensions.Contended(name));
    }

    /// <summary>Changes the document of a domain that exists, and puts what comes out as <see cref="PutAsync"/> would.</summary>
    /// <param name="edit">Takes the document as the API shows it; may be called again on a newer one.</param>
    /// <param name="revision">The revision that the request says it is based on.</param>
    /// <exception cref="BadHttpRequestException">What comes out can't be read as a domain.</exception>
    public async Task<Written> EditAsync(HttpContext context, string path, Func<JsonObject, JsonNode?> edit, int? revision = null)
    {
        var name = DomainNames.InPath(path);
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var current = name is null ? null : await store.FindAsync(name);
            if (context.Refusal(path, current?.Revision ?? 0, revision, options.Value.RequireIfMatch) is { } refusal)
                return Written.Refused(refusal);
            if (current is null)
                return Written.Refused(ProblemsExtensions.NotFound($"domain {path}"));

            var validated = await validation.ReadAsync(edit(validation.ToJson(current)), context.RequestAborted);
            if (validated.Unreadable is { } unreadable)
                // As the framework says it of a body.
                throw new BadHttpRequestException("The edited document can't be read.", unreadable);
            var (request, errors) = validated;
            if (request is null || errors.Count > 0)
                return Written.Refused(errors);
            if (IsAnotherName(request.Name, current.Name))
                return Written.Refused(NotRenamed());
            if (request.ErrorsFor(current.Name, current, context.Caller()) is { Count: > 0 } unfit)
                return Written.Refused(unfit);
            if (await WriteAsync(context, request.ToDomain(current.Name, current, time.GetUtcNow(), context.Actor().Name), null) is { } written)
                return written;
        }
        return Written.Refused(ProblemsExtensions.Contended(path));
    }

    /// <summary>Writes the content of an earlier revision as a new one.</summary>
    public async Task<Written> RollBackAsync(HttpContext context, string path, int revision)
    {
        var name = DomainNames.InPath(path);
        var history = name is null ? new DomainHistory(null, []) : await store.HistoryAsync(name);
        // Nobody may undo what he has not seen: whoever rolls back says from where.
        if (context.Refusal(path, history.Current?.Revision ?? 0, required: true) is { } refusal)
            return Written.Refused(refusal);
        if (history.Current is not { } current)
            return Written.Refused(ProblemsExtensions.NotFound($"domain {path}"));
        if (history.Find(revision) is not { } earlier || revision == current.Revision)
        {
            return Written.Refused(Error(
                "revision", revision == current.Revision ? "This is the current revision." : "The history has no such revision (any more)."));
        }

        var (request, errors) = await validation.ReadAsync(validation.ToJson(earlier), context.RequestAborted);
        if (request is null || errors.Count > 0)
            return Written.Refused(errors);
        if (request.ErrorsFor(current.Name, current, context.Caller()) is { Count: > 0 } unfit)
            return Written.Refused(unfit);
        var domain = request.ToDomain(current.Name, current, time.GetUtcNow(), context.Actor().Name);
        return await WriteAsync(context, domain, "domain-rollback")
            ?? Written.Refused(ProblemsExtensions.Of(ProblemType.PreconditionFailed, $"{path} no longer has revision {current.Revision}."));
    }

    /// <summary>Deletes; null: done.</summary>
    public async Task<ProblemHttpResult?> DeleteAsync(HttpContext context, string path)
    {
        var name = DomainNames.InPath(path);
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var current = name is null ? null : await store.FindAsync(name);
            if (context.Refusal(path, current?.Revision ?? 0, required: options.Value.RequireIfMatch) is { } refusal)
                return refusal;
            if (current is null)
                return ProblemsExtensions.NotFound($"domain {path}");
            var written = await store.DeleteAsync(current.Name, context.Actor(), current.Revision);
            if (!written.Accepted)
                continue;
            context.SetChange(written.Change);
            return null;
        }
        return ProblemsExtensions.Contended(path);
    }

    /// <summary>Whether a body names another domain than the one it is sent to.</summary>
    public static bool IsAnotherName(string? inBody, string name) => inBody is not null && DomainNames.InPath(inBody) != name;

    public static Dictionary<string, string[]> NotRenamed() =>
        Error("name", "The name in the body is not the one in the path; a domain can't be renamed.");

    private static Dictionary<string, string[]> Error(string field, string message) => new() { [field] = [message] };

    // Nothing depends on what is there, so nothing has to be read first.
    private async Task<Written> PutOverAsync(HttpContext context, string name, DomainRequest request)
    {
        if (request.ErrorsFor(name, null, context.Caller()) is { Count: > 0 } errors)
            return Written.Refused(errors);
        var actor = context.Actor();
        var (domain, change) = await store.PutOverAsync(request.ToDomain(name, null, time.GetUtcNow(), actor.Name), actor);
        return Accepted(context, domain, change);
    }

    /// <summary>Null when someone else came first.</summary>
    private async Task<Written?> WriteAsync(HttpContext context, CdnDomain domain, string? action)
    {
        var written = await store.PutAsync(domain, context.Actor(), action);
        return written.Accepted ? Accepted(context, domain with { Revision = written.Revision }, written.Change) : null;
    }

    /// <summary>What is answered once a write is accepted.</summary>
    public static Written Accepted(HttpContext context, CdnDomain domain, ChangeId change)
    {
        context.SetChange(change);
        context.SetETag(domain.Revision);
        return new Written(domain, null, null);
    }
}

/// <summary>The outcome of a write: the domain as it now is, or what forbids it.</summary>
internal sealed record Written(CdnDomain? Domain, ValidationProblem? Invalid, ProblemHttpResult? Problem)
{
    public static Written Refused(ProblemHttpResult problem) => new(null, null, problem);

    public static Written Refused(IDictionary<string, string[]> errors) => new(null, ProblemsExtensions.Invalid(errors), null);

    /// <summary>200 with a view of the domain, or the refusal.</summary>
    public Results<Ok<T>, ValidationProblem, ProblemHttpResult> Shown<T>(Func<CdnDomain, T> view) =>
        Invalid is not null ? Invalid : Problem is not null ? Problem : TypedResults.Ok(view(Domain!));
}
