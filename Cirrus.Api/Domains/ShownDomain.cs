using Cirrus.Api.Audit;
using Cirrus.Api.Identities;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Steering;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>A domain as it is shown to whoever makes the request.</summary>
internal static class ShownDomain
{
    /// <summary>Who only reads has no use for the credentials that open an origin.</summary>
    public static CdnDomain SeenBy(this CdnDomain domain, Caller caller) =>
        caller.Role != Role.Viewer ? domain : domain with
        {
            UpstreamHeaders = Redaction.Show(domain.UpstreamHeaders),
            Headers = domain.Headers is { } headers ? Redacted(headers) : null,
            Access = domain.Access is { SignedUrls: not null } access ? Redacted(access) : domain.Access,
        };

    public static DomainResponse Show(this HttpContext context, CdnDomain domain) => DomainResponse.From(
        domain.SeenBy(context.Caller()), context.RequestServices.GetRequiredService<IOptions<ZoneOptions>>().Value);

    private static HeaderActions Redacted(HeaderActions headers) => new()
    {
        Request = headers.Request.Made(Redacted),
        Response = headers.Response.Made(Redacted),
    };

    private static HeaderAction Redacted(HeaderAction action) =>
        action.Value is { } value && Redaction.IsCredential(action.Name) ? action with { Value = Redaction.Mark(value) } : action;

    private static AccessRules Redacted(AccessRules access) => access with
    {
        SignedUrls = access.SignedUrls.Made(s => s with { Keys = [.. s.Keys.Select(k => k with { Secret = Redaction.Mark(k.Secret) })] }),
    };
}
