namespace Cirrus.Workers.Acme.Protocol;

/// <summary>HTTP as it is spoken with CAs.</summary>
internal static class AcmeHttp
{
    /// <param name="caBundle">PEM file of roots that are trusted beside the system's: a CA of one's own.</param>
    public static HttpClient Create(string? caBundle = null) => throw new NotImplementedException(caBundle);
}
