using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>An order that the authority has.</summary>
internal sealed record OpenOrder(Authority Authority, AcmeAccount Account, AcmeTask Task, AcmeOrder Order)
{
    public AcmeClient Client => Authority.Client;
}
