using System.Security.Cryptography;
using System.Text;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Idempotency;
using Cirrus.Core.Redis;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Idempotency;

/// <summary>
/// A POST with an <c>Idempotency-Key</c> is carried out once (draft-ietf-httpapi-idempotency-key-header): who sends it again within a day gets
/// the first answer again.
/// </summary>
internal sealed partial class IdempotentPosts(AnswerStore answers, TimeProvider time, ILogger<IdempotentPosts> logger)
{
    private const string Header = "Idempotency-Key";
    private const string Replayed = "Idempotent-Replayed";
    private const int LongestKey = 255;
    private const int LargestBody = 256 * 1024;

    private static readonly string[] Kept = ["Content-Type", "Location", "ETag", ChangeHeader.Name];
    private static readonly TimeSpan Prolonging = AnswerClaim.TimeToLive / 3;

    private readonly ILogger _logger = logger;

    public Task AnswerAsync(HttpContext context, RequestDelegate next) =>
        HttpMethods.IsPost(context.Request.Method)
        && context.Request.Headers.TryGetValue(Header, out var key)
        && context.GetEndpoint() is RouteEndpoint route
            ? AnswerOnceAsync(context, next, key, route)
            : next(context);

    private async Task AnswerOnceAsync(HttpContext context, RequestDelegate next, string? key, RouteEndpoint route)
    {
        var caller = context.User.FindCaller();
        if (Problem(key, route, caller) is { } wrong)
        {
            await ProblemsExtensions.Invalid(Header, wrong).ExecuteAsync(context);
            return;
        }

        var fingerprint = await FingerprintAsync(context.Request);
        var (claim, found) = await answers.ClaimAsync(caller!.Identity, key!, fingerprint);
        if (claim is not null)
            await CarryOutAsync(context, claim.Accepted.Count > 0 ? TellAgain(route, claim.Accepted) ?? next : next, claim);
        else if (found!.Fingerprint != fingerprint)
            await Refusal(ProblemType.IdempotencyMismatch, "was another one").ExecuteAsync(context);
        else if (found.Status == 0)
            await RefuseForNowAsync(context);
        else
            await ReplayAsync(context.Response, found);
    }

    // Accepted before, and the API ended before its answer: what is left to do is the answer.
    private static RequestDelegate? TellAgain(RouteEndpoint route, IReadOnlyList<AcceptedWrite> writes) =>
        route.Metadata.GetMetadata<AnswersAgain>() is not { } again ? null : context =>
        {
            context.Response.Headers[Replayed] = "true";
            return again.AnswerAsync(context, writes);
        };

    private static string? Problem(string? key, RouteEndpoint route, Caller? caller) =>
        route.Metadata.GetMetadata<NoIdempotency>() is { } none ? none.Why
        : caller is null ? "Only a caller who is known can use a key."
        : key is not { Length: >= 1 and <= LongestKey } || key.Any(c => c is < ' ' or > '~')
            ? $"A key consists of 1 to {LongestKey} printable ASCII characters."
        : null;

    // The body is read here and handed on: the handler finds it as if nobody had.
    private static async Task<string> FingerprintAsync(HttpRequest request)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path.Value}\n{request.QueryString.Value}\n"));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        body.Position = 0;
        request.Body = body;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task CarryOutAsync(HttpContext context, RequestDelegate next, AnswerClaim claim)
    {
        using var done = new CancellationTokenSource();
        var prolonging = ProlongAsync(claim, done.Token);
        var client = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        context.Features.Set(claim);
        try
        {
            try
            {
                await next(context);
            }
            catch (Exception e) when (AnswerClaim.IsLost(e))
            {
                // So long under way that the request may be another's by now.
                await RefuseForNowAsync(context);
            }
            await context.Response.BodyWriter.FlushAsync();
        }
        catch
        {
            // Nobody here knows what has been done: the next one tries, and finds out.
            await TryAsync(claim.ReleaseAsync);
            throw;
        }
        finally
        {
            context.Response.Body = client;
            await done.CancelAsync();
            await prolonging;
        }

        // Before the client has it: who got an answer gets the same again.
        await TryAsync(() => IsFinal(context.Response.StatusCode) ? StoreAsync(context.Response, answer, claim) : claim.ReleaseAsync());
        answer.Position = 0;
        await answer.CopyToAsync(client);
    }

    private async Task StoreAsync(HttpResponse response, MemoryStream answer, AnswerClaim claim)
    {
        var headers = Kept.Where(response.Headers.ContainsKey).ToDictionary(name => name, name => response.Headers[name].ToString());
        if (!await claim.StoreAsync(response.StatusCode, headers, answer.Length <= LargestBody ? answer.ToArray() : null))
            LogClaimLost();
    }

    private async Task ProlongAsync(AnswerClaim claim, CancellationToken done)
    {
        using var timer = new PeriodicTimer(Prolonging, time);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
                await TryAsync(claim.ProlongAsync);
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
        }
    }

    // The request is answered whatever becomes of its claim, which runs out by itself.
    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogNotKept(e.Message);
        }
    }

    // What may end otherwise the next time, without the caller having changed anything, is tried again.
    private static bool IsFinal(int status) => status is < 500
        and not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests);

    private static Task RefuseForNowAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Refusal(ProblemType.IdempotencyInFlight, "has not been answered yet").ExecuteAsync(context);
    }

    private static ProblemHttpResult Refusal(ProblemType type, string first) =>
        ProblemsExtensions.Of(type, $"The first request with this Idempotency-Key {first}.");

    private static async Task ReplayAsync(HttpResponse response, StoredAnswer stored)
    {
        response.StatusCode = stored.Status;
        response.Headers[Replayed] = "true";
        foreach (var (name, value) in stored.Headers)
        {
            // A body that is not there has no type.
            if (!stored.WithoutBody || name != "Content-Type")
                response.Headers[name] = value;
        }
        if (stored.Body.Length > 0)
            await response.Body.WriteAsync(stored.Body);
    }

    [LoggerMessage(LogLevel.Warning, "The answer to a request with an Idempotency-Key can't be kept: {Reason}")]
    private partial void LogNotKept(string reason);

    [LoggerMessage(LogLevel.Warning, "The answer to a request with an Idempotency-Key came after its claim had run out")]
    private partial void LogClaimLost();
}
