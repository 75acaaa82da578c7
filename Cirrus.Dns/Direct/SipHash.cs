using System.Buffers.Binary;
using System.Numerics;

namespace Cirrus.Dns.Direct;

/// <summary>SipHash-2-4 (Aumasson and Bernstein), which RFC 9018 makes cookies of.</summary>
internal readonly struct SipHash(ReadOnlySpan<byte> key)
{
    private readonly ulong _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
    private readonly ulong _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);

    public ulong Of(ReadOnlySpan<byte> data)
    {
        var state = new State(_key0, _key1);
        var rest = data;
        for (; rest.Length >= 8; rest = rest[8..])
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(rest));
        var last = (ulong)data.Length << 56;
        for (var i = 0; i < rest.Length; i++)
            last |= (ulong)rest[i] << (8 * i);
        state.Take(last);
        return state.End();
    }

    private struct State(ulong key0, ulong key1)
    {
        private ulong _v0 = key0 ^ 0x736F6D6570736575, _v1 = key1 ^ 0x646F72616E646F6D;
        private ulong _v2 = key0 ^ 0x6C7967656E657261, _v3 = key1 ^ 0x7465646279746573;

        public void Take(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong End()
        {
            _v2 ^= 0xFF;
            for (var i = 0; i < 4; i++)
                Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
