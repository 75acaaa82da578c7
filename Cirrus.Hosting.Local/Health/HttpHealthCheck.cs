using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.Hosting.Local.Health;

/// <summary>Healthy when an endpoint answers a path with the expected status.</summary>
internal sealed class HttpHealthCheck(EndpointReference endpoint, string path, int statusCode) : IHealthCheck
{
    // One client without a proxy for all checks: they talk to this machine only.
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromSeconds(5) });

    public string Path => path;

    public int StatusCode => statusCode;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var response = await Client.GetAsync(new Uri(endpoint.Url + path), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)response.StatusCode == statusCode
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"{endpoint.Url}{path} answers {(int)response.StatusCode}"));
        }
        catch (HttpRequestException exception)
        {
            return HealthCheckResult.Unhealthy($"{endpoint.Url}{path}: {exception.Message}");
        }
    }
}
