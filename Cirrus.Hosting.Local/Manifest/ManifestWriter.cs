using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Console;
using Microsoft.Extensions.Configuration;

namespace Cirrus.Hosting.Local.Manifest;

/// <summary>Writes the file that <c>--publisher manifest --output-path FILE</c> asks for, as Aspire writes it.</summary>
internal sealed class ManifestWriter(DistributedApplicationModel model, DistributedApplicationExecutionContext context, IConfiguration configuration, ConsoleWriter console)
{
    /// <exception cref="DistributedApplicationException">No output path, or another publisher than the manifest's.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (configuration["publisher"] is { } publisher && publisher != "manifest")
            throw new DistributedApplicationException($"There is no publisher '{publisher}' here, only 'manifest'.");

        var path = Path.GetFullPath(configuration["output-path"] ?? throw new DistributedApplicationException("The '--output-path' option is missing."));
        if (!path.EndsWith(".json", StringComparison.Ordinal))
            path = Path.Combine(path, "aspire-manifest.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        await using (var stream = File.Create(path))
        await using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            await new ManifestDocument(json, Path.GetDirectoryName(path)!, context).WriteAsync(model.Resources, cancellationToken);
        }

        console.Line($"Published manifest to: {path}");
    }
}
