using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Idempotency;
using Cirrus.Core.Identities;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

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

    private static Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> Confirm(int id, HttpContext context, DnssecState state) =>
        state.ConfirmAsync(context, id);
}

/// <summary>Shows the keys of the zone, and writes what operators decide about them.</summary>
internal sealed class DnssecState(DnssecKeyStore keys, ZoneStore zones, IOptions<ZoneOptions> zone, TimeProvider time)
{
    private string Zone => zone.Value.Name;

    public async Task<DnssecResponse> ShowAsync() => Show(await keys.FindAsync(Zone), await zones.IsSignedAsync(Zone));

    public Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> RollAsync(HttpContext context, DnssecKeyKind kind, string action) =>
        WriteAsync(context, action, known => KeyRoll.IsRolling(known, kind)
            ? ProblemsExtensions.Of(ProblemType.Conflict, "A key of this kind is on its way in or out already; GET /api/v1/dnssec says what it waits for.")
            : keys.WithNew(Zone, known, kind, DnssecKeyState.Created, time.GetUtcNow()));

    public Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> ConfirmAsync(HttpContext context, int id) =>
        WriteAsync(context, "dnssec-ds-published", known =>
            known.Of(DnssecKeyKind.KeySigning).All(k => k.Id != id) ? ProblemsExtensions.NotFound($"key signing key {id}")
            : KeyRoll.Confirm(known, id, time.GetUtcNow()) is { } confirmed ? confirmed
            : ProblemsExtensions.Of(ProblemType.Conflict, "Only a key that is published, and not active yet, waits for its DS record."));

    private async Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> WriteAsync(HttpContext context, string action, Func<DnssecKeys, Decision> decide)
    {
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var known = await keys.FindAsync(Zone);
            var signed = await zones.IsSignedAsync(Zone);
            if (!signed || known.Revision == 0)
                return ProblemsExtensions.Of(ProblemType.Conflict, "The zone is not signed; Dns:Dnssec:Enabled of Cirrus.Dns has it signed.");
            var decision = decide(known);
            if (decision.Keys is not { } next)
                return decision.Problem!;
            if (await keys.PutAsync(Zone, next, context.Actor(), action) is { Accepted: true } written)
            {
                context.SetChange(written.Change);
                return TypedResults.Ok(Show(next, signed));
            }
        }
        return ProblemsExtensions.Contended("The zone's keys");
    }

    private DnssecResponse Show(DnssecKeys known, bool signed) => DnssecResponse.From(Zone, signed, known, time.GetUtcNow());

    /// <summary>Other keys, or why not.</summary>
    private readonly record struct Decision(DnssecKeys? Keys, ProblemHttpResult? Problem)
    {
        public static implicit operator Decision(DnssecKeys keys) => new(keys, null);
        public static implicit operator Decision(ProblemHttpResult problem) => new(null, problem);
    }
}
