using System.Net;
using ARSoft.Tools.Net.Dns;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>What the server listens on for clients, if it does.</summary>
internal sealed class DirectTransports(DirectAnswers answers, Locator locator, IOptions<DirectOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>UDP and TCP, or none.</summary>
    /// <param name="guard">Put around TCP.</param>
    public IReadOnlyList<IServerTransport> Create(Func<IServerTransport, IServerTransport> guard)
    {
        if (options.Value.Listen is not { } listen)
            return [];
        var endpoint = IPEndPoint.Parse(listen);
        var cookies = new ServerCookies([.. options.Value.CookieSecrets.Select(Convert.FromHexString)]);
        var rate = new ResponseRate(options.Value.RateLimit, options.Value.Slip);
        Responder NewResponder() => new(answers, locator, cookies, rate);
        return
        [
            new DirectUdpTransport(endpoint, options.Value.Sockets, NewResponder),
            new DirectTcpTransport(
                guard(new TcpServerTransport(endpoint, (int)Patience.TotalMilliseconds, (int)KeepAlive.TotalMilliseconds)), NewResponder()),
        ];
    }
}
