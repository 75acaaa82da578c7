using System.Net;
using ARSoft.Tools.Net.Dns;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>What the server listens on for clients, if it does.</summary>
internal sealed class DirectTransports(
    DirectAnswers answers, Locator locator, RegionalSignatures signatures, DirectMetrics metrics, IOptions<DnsOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>UDP and TCP, or none.</summary>
    /// <param name="guard">Put around both: it answers transfers and takes signatures off.</param>
    public IReadOnlyList<IServerTransport> Create(Func<IServerTransport, IServerTransport> guard)
    {
        var direct = options.Value.Direct;
        if (direct.Listen is not { } listen)
            return [];
        var endpoint = IPEndPoint.Parse(listen);
        var cookies = new ServerCookies([.. direct.CookieSecrets.Select(Convert.FromHexString)]);
        var rate = new ResponseRate(direct.RateLimit, direct.Slip);
        Responder NewResponder()
        {
            var responder = new Responder(answers, locator, signatures.NewHand(), cookies, rate);
            metrics.Track(responder.Counts);
            return responder;
        }

        return
        [
            guard(new DirectUdpTransport(endpoint, direct.Sockets, NewResponder)),
            new DirectTcpTransport(
                guard(new TcpServerTransport(endpoint, (int)Patience.TotalMilliseconds, (int)KeepAlive.TotalMilliseconds)), NewResponder()),
        ];
    }
}
