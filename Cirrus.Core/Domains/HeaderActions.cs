using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Domains;

/// <summary>What is done to header fields on their way, in this order.</summary>
public sealed record HeaderActions
{
    /// <summary>On requests to the origin.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HeaderAction>? Request { get; init; }

    /// <summary>On responses to clients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HeaderAction>? Response { get; init; }
}

/// <summary>What is done to one header field.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Name">Of the field.</param>
/// <param name="Value">Absent with <c>remove</c>.</param>
/// <param name="Path">Only there: a prefix when it begins with <c>/</c>, else a regular expression; absent: everywhere.</param>
public sealed record HeaderAction(
    HeaderChange Action,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Value = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path = null);

/// <summary>What can be done to a header field.</summary>
[JsonConverter(typeof(WordConverter<HeaderChange>))]
public enum HeaderChange
{
    /// <summary>In place of what is there.</summary>
    [JsonStringEnumMemberName("set")] Set,

    /// <summary>Besides what is there.</summary>
    [JsonStringEnumMemberName("add")] Add,

    [JsonStringEnumMemberName("remove")] Remove,
}

/// <summary>Sets of header fields by which browsers guard their users.</summary>
[JsonConverter(typeof(WordConverter<SecurityHeaders>))]
public enum SecurityHeaders
{
    [JsonStringEnumMemberName("off")] Off,
    [JsonStringEnumMemberName("standard")] Standard,
    [JsonStringEnumMemberName("strict")] Strict,
}
