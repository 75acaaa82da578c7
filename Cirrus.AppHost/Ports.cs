using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cirrus.AppHost;

/// <summary>The fixed ports of the stack: setting <c>Ports:{name}</c>, where 0 stands for any free port.</summary>
internal static partial class Ports
{
    /// <summary>The port on this machine; null in a published application, whose ports are the platform's matter.</summary>
    public static int? Port(this IDistributedApplicationBuilder builder, string name, int port) => builder.ExecutionContext.IsPublishMode
        ? null
        : builder.Configuration.GetValue($"Ports:{name}", port) is var chosen and not 0 ? chosen : Free(builder, name);

    /// <summary>As <see cref="Port"/>, but another free port, with a warning, where the wanted one is taken.</summary>
    public static int? PortOrOther(this IDistributedApplicationBuilder builder, string name, int port)
    {
        if (builder.Port(name, port) is not { } wanted || CanListen(wanted))
            return builder.Port(name, port);

        var other = Free(builder, name);
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            LogMoved(start.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Cirrus.AppHost"), wanted, name, other);
            return Task.CompletedTask;
        });
        return other;
    }

    /// <summary>A free port, the same one each time it is asked for under that name.</summary>
    private static int Free(IDistributedApplicationBuilder builder, string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        builder.Configuration[$"Ports:{name}"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return port;
    }

    private static bool CanListen(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "port {Taken} is held by another process: {Name} listens on {Port}")]
    private static partial void LogMoved(ILogger logger, int taken, string name, int port);
}
