namespace Cirrus.Core.Steering;

/// <summary>The name under the base zone that a customer's CNAME points at.</summary>
public static class AccessName
{
    private const int ReadablePart = 40;
    private const int CodeLength = 12;
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary><c>{readable part}-{hash}.{zone}</c>; the hash is the first 60 bits of SHA-256 of the domain's name, in base 32 (RFC 4648).</summary>
    public static string For(string domain, string zone) => $"{Label(domain)}.{zone}";

    /// <summary>The first label of the access name.</summary>
    public static string Label(string domain)
    {
        var readable = domain.Replace("*", "wildcard", StringComparison.Ordinal).Replace('.', '-');
        if (readable.Length > ReadablePart)
            readable = readable[..ReadablePart].TrimEnd('-');
        Span<char> code = stackalloc char[CodeLength];
        Encode(code, Rendezvous.Hash(domain));
        return string.Concat(readable, "-", code);
    }

    /// <summary>Below the zone: where the customer's <c>_acme-challenge</c> of a name without <c>*.</c> points at (RFC 8555 section 8.4).</summary>
    public static string Challenge(string name) => $"_acme-challenge.{Label(name)}";

    private static void Encode(Span<char> text, ulong bits)
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = Base32[(int)(bits >> (59 - (5 * i))) & 31];
    }
}
