using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.AppHost.Health;

/// <summary>Healthy when Redis has loaded its data and answers a PING.</summary>
internal sealed class RedisCheck(RedisServerResource redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(redis.Endpoint.Host, redis.Endpoint.Port, cancellationToken);
            var stream = client.GetStream();
            var password = await redis.Password.GetValueAsync(cancellationToken);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {password}\r\nPING\r\n"), cancellationToken);

            using var reader = new StreamReader(stream);
            var authenticated = await reader.ReadLineAsync(cancellationToken);
            var answer = authenticated == "+OK" ? await reader.ReadLineAsync(cancellationToken) : authenticated;
            return answer == "+PONG" ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"Redis answers {answer}");
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
