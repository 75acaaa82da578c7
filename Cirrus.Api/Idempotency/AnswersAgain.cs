using Cirrus.Core.Idempotency;

namespace Cirrus.Api.Idempotency;

/// <summary>
/// Metadata of a POST route that writes and takes an Idempotency-Key: the answer it gives once the writes are accepted. So a retry can have it
/// when the API ended before anybody did.
/// </summary>
internal sealed class AnswersAgain(Func<HttpContext, IReadOnlyList<AcceptedWrite>, Task<IResult>> answer)
{
    public async Task AnswerAsync(HttpContext context, IReadOnlyList<AcceptedWrite> writes) => await (await answer(context, writes)).ExecuteAsync(context);
}

internal static class AnswersAgainExtensions
{
    public static RouteHandlerBuilder AnswersAgain(
        this RouteHandlerBuilder route, Func<HttpContext, IReadOnlyList<AcceptedWrite>, IResult> answer) =>
        route.AnswersAgain((context, writes) => Task.FromResult(answer(context, writes)));

    public static RouteHandlerBuilder AnswersAgain(
        this RouteHandlerBuilder route, Func<HttpContext, IReadOnlyList<AcceptedWrite>, Task<IResult>> answer) =>
        route.WithMetadata(new AnswersAgain(answer));
}
