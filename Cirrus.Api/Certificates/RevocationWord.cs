using System.Text.Json;
using Cirrus.Core.Certificates;

namespace Cirrus.Api.Certificates;

/// <summary>Reasons of a revocation in a query: the words that JSON has for them.</summary>
internal static class RevocationWord
{
    private static readonly Dictionary<string, RevocationReason> All =
        Enum.GetValues<RevocationReason>().ToDictionary(r => JsonSerializer.SerializeToElement(r).GetString()!, StringComparer.Ordinal);

    /// <summary>What to tell someone who used another word.</summary>
    public static string Expected { get; } = $"This is one of: {string.Join(", ", All.Keys)}.";

    /// <summary>False: the text is none of the words. Nothing is no reason.</summary>
    public static bool TryRead(string? text, out RevocationReason? reason)
    {
        reason = text is not null && All.TryGetValue(text, out var found) ? found : null;
        return text is null || reason is not null;
    }
}
