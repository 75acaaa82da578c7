using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Core.Acme;

/// <summary>Fractions that look random and are always the same for the same text: what was planned once is planned so again.</summary>
internal static class Spread
{
    /// <summary>From 0 to below 1.</summary>
    public static double Of(string text) =>
        (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) >> 11) * (1.0 / (1UL << 53));
}
