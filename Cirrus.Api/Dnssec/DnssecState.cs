using System.Globalization;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Dnssec;

/// <summary>Shows the keys of the zone, and writes what operators decide about them.</summary>
internal sealed class DnssecState(DnssecKeyStore keys, ZoneStore zones, IOptions<ZoneOptions> zone, TimeProvider time)
{
    private string Zone => zone.Value.Name;

    public async Task<DnssecResponse> ShowAsync() => Show(await keys.FindAsync(Zone), await zones.IsSignedAsync(Zone));

    public Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> RollAsync(HttpContext context, DnssecKeyKind kind, string action) =>
        WriteAsync(context, action, "A key of this kind is on its way in or out already; GET /api/v1/dnssec says what it waits for.", known =>
            KeyRoll.IsRolling(known, kind) ? null : keys.WithNew(Zone, known, kind, DnssecKeyState.Created, time.GetUtcNow()));

    public Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> ConfirmAsync(HttpContext context, string id) =>
        TurnAsync(
            context, id, "dnssec-ds-published", "Only a key that is published, and not active yet, waits for its DS record.", KeyRoll.Confirm);

    public Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> WithdrawAsync(HttpContext context, string id) =>
        TurnAsync(context, id, "dnssec-ds-withdrawn", "Only of an active key the parent zone has the DS record.", KeyRoll.Withdraw);

    private async Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> TurnAsync(
        HttpContext context, string id, string action, string refusal, Func<DnssecKeys, int, DateTimeOffset, DnssecKeys?> turn) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var tag)
        && (await keys.FindAsync(Zone)).Of(DnssecKeyKind.KeySigning).Any(k => k.Id == tag)
            ? await WriteAsync(context, action, refusal, known => turn(known, tag, time.GetUtcNow()))
            : ProblemsExtensions.NotFound($"key signing key {id}");

    /// <param name="decide">The keys as they are to be; null: that is refused.</param>
    private async Task<Results<Ok<DnssecResponse>, ProblemHttpResult>> WriteAsync(
        HttpContext context, string action, string refusal, Func<DnssecKeys, DnssecKeys?> decide)
    {
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var known = await keys.FindAsync(Zone);
            var signed = await zones.IsSignedAsync(Zone);
            if (!signed || known.Revision == 0)
                return ProblemsExtensions.Of(ProblemType.Conflict, "The zone is not signed; Dns:Dnssec:Enabled of Cirrus.Dns has it signed.");
            if (decide(known) is not { } next)
                return ProblemsExtensions.Of(ProblemType.Conflict, refusal);
            if (await keys.PutAsync(Zone, next, context.Actor(), action) is { Accepted: true } written)
            {
                context.SetChange(written.Change);
                return TypedResults.Ok(Show(next, signed));
            }
        }
        return ProblemsExtensions.Contended("The zone's keys");
    }

    private DnssecResponse Show(DnssecKeys known, bool signed) => DnssecResponse.From(Zone, signed, known, time.GetUtcNow());
}
