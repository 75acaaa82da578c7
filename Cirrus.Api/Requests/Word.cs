namespace Cirrus.Api.Requests;

/// <summary>Values of an enum in texts: the words that JSON has for them, and not their numbers.</summary>
internal static class Word<TEnum> where TEnum : struct, Enum
{
    private static readonly string[] All = [.. Enum.GetValues<TEnum>().Select(Of)];

    /// <summary>What to tell someone who used another word.</summary>
    public static string Expected { get; } = $"This is one of: {string.Join(", ", All)}.";

    public static bool Is(string text) => All.Contains(text);

    public static string Of(TEnum value) => value.ToString().ToLowerInvariant();
}
