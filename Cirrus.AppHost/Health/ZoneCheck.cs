using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.AppHost.Health;

/// <summary>Healthy when a name server answers the zone's SOA with authority, that is, once it has transferred the zone; a resolver, when it finds it.</summary>
internal sealed class ZoneCheck(EndpointReference server, string zone, bool recursive = false) : IHealthCheck
{
    private const ushort QueryId = 0x6369;
    private const int HeaderLength = 12;
    private const byte RecursionDesired = 0b001;
    private const byte Authoritative = 0b100;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var client = new UdpClient(server.Host, server.Port);
            await client.SendAsync(Query(), timeout.Token);
            return Judge((await client.ReceiveAsync(timeout.Token)).Buffer);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"no answer to a query for {zone}");
        }
    }

    /// <summary>A question for the SOA (RFC 1035, sections 4.1.1 and 4.1.2).</summary>
    private byte[] Query()
    {
        using var message = new MemoryStream();
        message.Write([QueryId >> 8, QueryId & 0xFF, recursive ? RecursionDesired : (byte)0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (var label in zone.Split('.'))
        {
            message.WriteByte((byte)label.Length);
            message.Write(Encoding.ASCII.GetBytes(label));
        }

        message.Write([0, 0, 6, 0, 1]);
        return message.ToArray();
    }

    private HealthCheckResult Judge(byte[] answer)
    {
        if (answer.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(answer) != QueryId)
            return HealthCheckResult.Unhealthy("not an answer to the query");

        var known = recursive || (answer[2] & Authoritative) != 0;
        var code = answer[3] & 0xF;
        var answers = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6));
        return known && code == 0 && answers > 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"the zone is not served yet (code {code})");
    }
}
