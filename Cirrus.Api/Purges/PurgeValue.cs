namespace Cirrus.Api.Purges;

/// <summary>What every URL and prefix of a purge must be.</summary>
internal static class PurgeValue
{
    private const int MaxLength = 8192;

    public static readonly string Rule = $"A URL has no spaces or control characters and at most {MaxLength} octets.";

    private const int MaxTagLength = 256;

    public static readonly string TagRule = $"A tag is 1 to {MaxTagLength} printable ASCII characters without spaces and commas.";

    public static bool IsTag(string value) => value.Length is > 0 and <= MaxTagLength && value.All(c => c is > ' ' and <= '~' and not ',');

    public static bool IsSane(string value) => value.Length <= MaxLength && !value.Any(c => char.IsControl(c) || c == ' ');
}
