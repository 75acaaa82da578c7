using System.Text.Json;
using System.Text.Json.Serialization;
using Cirrus.Core.Changes;

namespace Cirrus.Api.Changes;

internal sealed class ChangeIdConverter : JsonConverter<ChangeId>
{
    public override ChangeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ChangeId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("This is not a change id.");

    public override void Write(Utf8JsonWriter writer, ChangeId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
