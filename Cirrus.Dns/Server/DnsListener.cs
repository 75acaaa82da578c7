using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net.Dns;
using ARSoft.Tools.Net.Dns.DynamicUpdate;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Transfers;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Server;

/// <summary>The UDP and TCP listener: the one place that knows ARSoft's server.</summary>
internal sealed partial class DnsListener(
    QueryHandler handler, TransferDesk desk, SecondaryAddresses secondaries, DirectTransports direct, IOptions<DnsOptions> options,
    ILogger<DnsListener> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = logger;
    private DnsServer? _server;

    /// <summary>Whether it listens.</summary>
    public bool Listening => _server is not null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var endpoint = IPEndPoint.Parse(options.Value.Listen);
        var server = new DnsServer(
        [
            Guard(new UdpServerTransport(endpoint, (int)Patience.TotalMilliseconds)),
            Guard(new TcpServerTransport(endpoint, (int)Patience.TotalMilliseconds, (int)KeepAlive.TotalMilliseconds)),
            .. direct.Create(Guard),
        ]);
        server.QueryReceived += RespondAsync;
        server.ExceptionThrown += ReportAsync;
        try
        {
            server.Start();
        }
        catch (SocketException e)
        {
            var listened = string.Join(" and ", new[] { options.Value.Listen, options.Value.Direct.Listen }.OfType<string>());
            throw new InvalidOperationException($"Dns:Listen, Dns:Direct:Listen: can't listen on {listened}: {e.Message}", e);
        }
        _server = server;
        LogListening(endpoint);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _server?.Stop();
        _server = null;
        return Task.CompletedTask;
    }

    private GuardedTransport Guard(IServerTransport transport) => new(
        transport, desk, address => TransferAcl.Allows(secondaries.KnownToTransfer(), address), options.Value.FirstQueryTimeout);

    private Task RespondAsync(object sender, QueryReceivedEventArgs received)
    {
        try
        {
            received.Response = received.Query switch
            {
                DnsMessage query => handler.Respond(query),
                DnsUpdateMessage update => Refuse(update),
                _ => null,
            };
        }
        catch (Exception e)
        {
            // Without a response ARSoft answers SERVFAIL.
            LogFailed(received.RemoteEndpoint, e);
        }
        return Task.CompletedTask;
    }

    private static DnsUpdateMessage Refuse(DnsUpdateMessage update)
    {
        var response = update.CreateResponseInstance();
        response.ReturnCode = ReturnCode.NotImplemented;
        return response;
    }

    private Task ReportAsync(object sender, ExceptionEventArgs thrown)
    {
        LogUnreadable(thrown.Exception.Message);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "Listening on {Endpoint} by UDP and TCP")]
    private partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(LogLevel.Error, "No answer for {Client}")]
    private partial void LogFailed(IPEndPoint client, Exception exception);

    [LoggerMessage(LogLevel.Debug, "A message can't be handled: {Reason}")]
    private partial void LogUnreadable(string reason);
}
