using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Audit;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>The one way to look at a password somebody offers: throttled, audited, and as slow for a user who does not exist.</summary>
internal sealed class PasswordCheck(
    UserStore users, PasswordHasher hasher, LoginThrottle throttle, AuditTrail audit, IOptions<LoginOptions> options)
{
    /// <summary>The user whose password it is, or why not.</summary>
    /// <param name="action">What the audit trail calls the attempt.</param>
    /// <param name="wrong">The answer to a wrong password, the same for a name that nobody has.</param>
    public async Task<(UserEntry? User, ProblemHttpResult? Refusal)> CheckAsync(
        HttpContext context, string action, string name, string password, Actor actor, Func<ProblemHttpResult> wrong)
    {
        var address = context.Connection.RemoteIpAddress;
        using var place = hasher.TryTakePlace();
        if (place is null)
            return (null, context.TooMany(TimeSpan.FromSeconds(1), "Very many are logging in."));
        if (await throttle.AttemptAsync(name, address, options.Value.Limits) is { } wait)
            return (null, context.TooMany(wait, "Too many attempts have failed."));

        var user = UserName.IsValid(name) ? await users.FindAsync(name) : null;
        if (!await hasher.VerifyAsync(password, user?.PasswordHash))
        {
            // What was typed instead of a name may be a password.
            await audit.RefuseAsync(actor, action, user?.User.Name ?? "", user is null ? "unknown user" : "wrong password");
            return (null, wrong());
        }
        await throttle.SucceedAsync(name, address, options.Value.Limits);
        return (user, null);
    }
}

internal static class TooManyExtensions
{
    /// <summary>A 429 that says when to come again.</summary>
    public static ProblemHttpResult TooMany(this HttpContext context, TimeSpan wait, string why)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = $"{seconds}";
        return ProblemsExtensions.Of(ProblemType.TooManyRequests, $"{why} Try again in {seconds} s.");
    }
}
