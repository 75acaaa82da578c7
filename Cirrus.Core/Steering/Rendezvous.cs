using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Core.Steering;

/// <summary>
/// Weighted rendezvous hashing: every node has a score for every name, and the highest win. A node that comes or goes moves only the
/// names it wins or held, and a node of twice the weight wins twice the names.
/// </summary>
/// <remarks>
/// hash(text) = the first 8 octets of SHA-256(UTF-8 text), big-endian. u = (mix(hash(name) xor mix(hash(id))) >> 11 + 0.5) / 2^53, with mix the
/// finaliser of SplitMix64. Score = -weight / ln(u) (Schindelhauer and Schomaker, "Weighted distributed hash tables").
/// </remarks>
public static class Rendezvous
{
    private const int OnStack = 256;

    public static ulong Hash(string text)
    {
        // On the stack: the first build of a zone calls this for each of its names.
        var octets = text.Length <= OnStack ? stackalloc byte[3 * OnStack] : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(octets[..Encoding.UTF8.GetBytes(text, octets)], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>Above 0; the higher, the sooner the node is chosen.</summary>
    public static double Score(ulong nameHash, ulong nodeHash, double weight) => Score(Draw(nameHash, Mix(nodeHash)), weight);

    /// <summary>The same from the draw.</summary>
    internal static double Score(double draw, double weight) => -weight / Math.Log(draw);

    /// <summary>False when the score is surely below <paramref name="score"/>: spares nearly every node the logarithm.</summary>
    internal static bool CanReach(double score, double draw, double weight) =>
        // -ln(u) is at least 1 - u; the margin is for rounding.
        weight >= score * (1 - draw) * (1 - 1e-9);

    /// <summary>u, between 0 and 1, both excluded.</summary>
    /// <param name="mixedNodeHash">The node's hash after <see cref="Mix"/>, which is the same for every name.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Draw(ulong nameHash, ulong mixedNodeHash) => ((long)(Mix(nameHash ^ mixedNodeHash) >> 11) + 0.5) / (1UL << 53);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
