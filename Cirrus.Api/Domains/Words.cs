namespace Cirrus.Api.Domains;

/// <summary>Words of documents, whose pattern validation has held them against.</summary>
internal static class Words
{
    public static T? Read<T>(string? word) where T : struct, Enum => word is null ? null : Enum.Parse<T>(word, ignoreCase: true);
}
