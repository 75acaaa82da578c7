using System.Text.Json.Serialization;

namespace Cirrus.Core.Redis;

/// <summary>Writes and reads an enum as its word only: a number is not another way to say it.</summary>
internal sealed class WordConverter<TEnum>() : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;
