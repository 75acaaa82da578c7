using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cirrus.AppHost;

/// <summary>Shows, once everything is healthy, commands that put a first domain on the CDN.</summary>
internal sealed partial class TryThis(
    DistributedApplicationModel model, ResourceNotificationService notifications, ILogger<TryThis> logger, TryThis.Stack stack) : BackgroundService
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the commands speak to.</summary>
    /// <param name="TokenFile">Where the API token is left for the commands, so that none of them shows it.</param>
    /// <param name="RootsFile">Whom curl must trust to trust what the certificate authority issues here.</param>
    internal sealed record Stack(ParameterResource Token, string TokenFile, EndpointReference Api, IResourceWithEndpoints Node, EndpointReference Origin, string RootsFile)
    {
        public EndpointReference Edge => new(Node, "http");

        public EndpointReference EdgeHttps => new(Node, "https");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WriteTokenAsync(stoppingToken);
        foreach (var resource in model.Resources.Where(resource => resource.Annotations.OfType<HealthCheckAnnotation>().Any()))
            await notifications.WaitForResourceAsync(resource.Name, change => change.Snapshot.HealthStatus == HealthStatus.Healthy, stoppingToken);

        var authorized = $"curl -sS -H \"Authorization: Bearer $(cat {stack.TokenFile})\" -H 'Content-Type: application/json'";
        var origin = $$"""{"scheme":"http","host":"{{stack.Origin.Host}}","port":{{stack.Origin.Port}},"weight":1}""";
        const string tls = """{"tls":{"certificate":"acme"}}""";
        var https = string.Create(CultureInfo.InvariantCulture, $"www.example.test:{stack.EdgeHttps.Port}:{stack.EdgeHttps.Host}");
        LogCommands(
            $$"""{{authorized}} -X PUT {{stack.Api.Url}}/api/v1/nodes/{{stack.Node.Name}} -d '{"addresses":["{{stack.Edge.Host}}"],"weight":100,"region":"local"}'""",
            $$"""{{authorized}} {{stack.Api.Url}}/api/v1/domains -d '{"name":"www.example.test","origins":[{{origin}}],"cacheEnable":true,"rules":[{"path":"/assets/","ttl":600,"methods":["GET","HEAD"]}]}'""",
            $"curl -sS -i -H 'Host: www.example.test' {stack.Edge.Url}/assets/app.css",
            $"""{authorized.Replace("/json", "/merge-patch+json", StringComparison.Ordinal)} -X PATCH {stack.Api.Url}/api/v1/domains/www.example.test -d '{tls}'""",
            $"curl -sS -i --retry 20 --retry-delay 1 --retry-all-errors --cacert {stack.RootsFile} --resolve {https} https://www.example.test:{stack.EdgeHttps.Port}/assets/app.css");
    }

    private async Task WriteTokenAsync(CancellationToken stoppingToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(stack.TokenFile)!);
        File.Delete(stack.TokenFile);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        await using var file = new StreamWriter(stack.TokenFile, options);
        await file.WriteAsync((await stack.Token.GetValueAsync(stoppingToken)).AsMemory(), stoppingToken);
    }

    [LoggerMessage(LogLevel.Information, "Try this:\n\n  {Node}\n\n  {Domain}\n\n  {Request}\n\nand with a certificate:\n\n  {Tls}\n\n  {SecureRequest}\n")]
    private partial void LogCommands(string node, string domain, string request, string tls, string secureRequest);
}

internal static class TryThisExtensions
{
    public static void AddTryThis(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<ParameterResource> token,
        EndpointReference api,
        IResourceBuilder<IResourceWithEndpoints> edge,
        EndpointReference origin,
        IResourceBuilder<IResource> authority)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return;

        builder.Services.AddSingleton(new TryThis.Stack(token.Resource, builder.DataPath("master-api-token"), api, edge.Resource, origin, builder.RootsOf(authority.Resource)));
        builder.Services.AddHostedService<TryThis>();
    }
}
