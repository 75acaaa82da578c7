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
        caller.Role == Role.Viewer ? domain with { UpstreamHeaders = Redaction.Show(domain.UpstreamHeaders) } : domain;

    public static DomainResponse Show(this HttpContext context, CdnDomain domain) => DomainResponse.From(
        domain.SeenBy(context.Caller()), context.RequestServices.GetRequiredService<IOptions<ZoneOptions>>().Value);
}
