using System.Diagnostics;
using Cirrus.Api.Identities;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Idempotency;

namespace Cirrus.Api.Requests;

/// <summary>What a write takes from its request and puts on its response.</summary>
internal static class ChangeHeader
{
    public const string Name = "Cirrus-Change";

    /// <summary>Tells the caller under which id to ask for the receipt.</summary>
    public static void SetChange(this HttpContext context, ChangeId change) => context.Response.Headers[Name] = change.ToString();

    public static Actor Actor(this HttpContext context) => context.Actor(context.Caller().Name);

    /// <summary>For a request whose caller has not been known until now.</summary>
    public static Actor Actor(this HttpContext context, string name) => new(
        name,
        context.TraceIdentifier,
        Activity.Current?.Id ?? "",
        context.Connection.RemoteIpAddress?.ToString() ?? "",
        context.Features.Get<AnswerClaim>());
}
