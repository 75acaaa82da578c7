using System.Text.Json;

namespace Aspire.Hosting.Publishing;

/// <summary>The manifest, for those who write a part of it themselves.</summary>
public sealed class ManifestPublishingContext
{
    internal ManifestPublishingContext(Utf8JsonWriter writer) => Writer = writer;

    public Utf8JsonWriter Writer { get; }
}
