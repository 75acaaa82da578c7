using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>A domain as it is shown to whoever makes the request.</summary>
internal static class ShownDomain
{
    public static DomainResponse Show(this HttpContext context, CdnDomain domain) =>
        DomainResponse.From(domain, context.RequestServices.GetRequiredService<IOptions<ZoneOptions>>().Value);
}
