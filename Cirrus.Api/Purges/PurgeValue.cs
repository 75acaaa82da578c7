namespace Cirrus.Api.Purges;

/// <summary>What every URL and prefix of a purge must be.</summary>
internal static class PurgeValue
{
    private const int MaxLength = 8192;

    public static readonly string Rule = $"A URL has no spaces or control characters and at most {MaxLength} octets.";

    public static bool IsSane(string value) => value.Length <= MaxLength && !value.Any(c => char.IsControl(c) || c == ' ');
}
