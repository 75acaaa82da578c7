using System.Buffers.Binary;

namespace Cirrus.Dns.Signatures;

/// <summary>Reads a message from its start. What goes beyond its end reads as nothing, and it has failed from there on.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int MaxName = 255;
    private const byte PointerBits = 0xC0;

    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; }
    public bool HasFailed { get; private set; }

    public ushort UInt16() => Take(sizeof(ushort)) is { Length: > 0 } octets ? BinaryPrimitives.ReadUInt16BigEndian(octets) : (ushort)0;

    public uint UInt32() => Take(sizeof(uint)) is { Length: > 0 } octets ? BinaryPrimitives.ReadUInt32BigEndian(octets) : 0;

    public byte[] Octets(int count) => Take(count).ToArray();

    public void Skip(int count) => Take(count);

    public void SkipQuestion()
    {
        Name();
        Skip(2 * sizeof(ushort));
    }

    /// <summary>A name in lower case, without pointers.</summary>
    public byte[] Name()
    {
        var name = new List<byte>();
        var (at, end) = (Position, -1);
        while (at < _message.Length)
        {
            var length = _message[at];
            if ((length & PointerBits) == PointerBits && at + 1 < _message.Length)
            {
                end = end < 0 ? at + 2 : end;
                var target = ((length & ~PointerBits) << 8) | _message[at + 1];
                // Only backwards, so it ends.
                if (target >= at)
                    break;
                at = target;
                continue;
            }
            if ((length & PointerBits) != 0 || at + length >= _message.Length || name.Count + length >= MaxName)
                break;
            name.Add(length);
            foreach (var octet in _message.Slice(at + 1, length))
                name.Add(octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet);
            at += length + 1;
            if (length > 0)
                continue;
            Position = end < 0 ? at : end;
            return [.. name];
        }
        HasFailed = true;
        return [];
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (HasFailed || count > _message.Length - Position)
        {
            HasFailed = true;
            return [];
        }
        Position += count;
        return _message.Slice(Position - count, count);
    }
}
