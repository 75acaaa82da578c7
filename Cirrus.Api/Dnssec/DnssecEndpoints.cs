using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Idempotency;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Dnssec;

/// <summary><c>/api/v1/dnssec</c>: the keys of the zone.</summary>
internal static class DnssecEndpoints
{
    public static void MapDnssec(this IEndpointRouteBuilder routes)
    {
        var dnssec = routes.MapGroup("/dnssec").WithTags("Dnssec");
        dnssec.MapGet("/", GetDnssec).For(Role.Viewer)
            .WithName("getDnssec").WithSummary("How the zone is signed: keys, DS records, and what to do next");
        dnssec.MapPost("/zsk/roll", RollZsk).Changes().WithName("rollZoneSigningKey").WithSummary("Give the zone another key for its records");
        dnssec.MapPost("/ksk/roll", RollKsk).Changes().WithName("rollKeySigningKey").WithSummary("Give the zone another key that the parent vouches for");
        dnssec.MapPost("/keys/{id}/published", Confirm).Changes()
            .WithName("confirmDsRecord").WithSummary("The parent zone has the DS record of this key");
        dnssec.MapPost("/keys/{id}/withdrawn", Withdraw).Changes()
            .WithName("withdrawDsRecord").WithSummary("The parent zone has the DS record of this key no more");
    }

    private static RouteHandlerBuilder Changes(this RouteHandlerBuilder route) =>
        route.For(Role.Admin).MakesChange().MayAnswer(ProblemType.Conflict, ProblemType.Contended).AnswersAgain(Changed);

    private static async Task<IResult> Changed(HttpContext context, IReadOnlyList<AcceptedWrite> writes)
    {
        context.SetChange(writes[0].Change);
        return TypedResults.Ok(await context.RequestServices.GetRequiredService<DnssecState>().ShowAsync());
    }

    private static async Task<Ok<DnssecResponse>> GetDnssec(DnssecState state) => TypedResults.Ok(await state.ShowAsync());

    private static Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> RollZsk(HttpContext context, DnssecState state) =>
        state.RollAsync(context, DnssecKeyKind.ZoneSigning, "dnssec-zsk-roll");

    private static Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> RollKsk(HttpContext context, DnssecState state) =>
        state.RollAsync(context, DnssecKeyKind.KeySigning, "dnssec-ksk-roll");

    private static Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> Confirm(string id, HttpContext context, DnssecState state) =>
        state.ConfirmAsync(context, id);

    private static Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> Withdraw(string id, HttpContext context, DnssecState state) =>
        state.WithdrawAsync(context, id);
}
