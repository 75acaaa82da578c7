using System.Buffers.Binary;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>Writes sets of records after a question for a name of the zone, until there is no room.</summary>
/// <param name="apexAt">Where in the message the zone's name is: it ends the question's.</param>
internal ref struct SignedWriter(Span<byte> room, int apexAt)
{
    private const ushort Internet = 1;

    private readonly Span<byte> _room = room;
    private readonly int _apexAt = apexAt;

    public int Length { get; private set; }
    public int Records { get; private set; }

    /// <summary>Something did not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Of the name that was asked for.</summary>
    public void AddOfQuestion(RecordSet set) => Add([], QueryReader.HeaderLength, set, set.Ttl);

    /// <summary>Of a name below the zone's, or of the zone's, which is empty.</summary>
    public void Add(ReadOnlySpan<byte> owner, RecordSet set, int? ttl = null) => Add(owner, _apexAt, set, ttl ?? set.Ttl);

    private void Add(ReadOnlySpan<byte> labels, int pointsTo, RecordSet set, int ttl)
    {
        foreach (var data in set.Data)
        {
            var length = labels.Length + sizeof(ushort) + RecordSet.HeaderLength + data.Length;
            if (IsFull || Length + length > _room.Length)
            {
                IsFull = true;
                return;
            }
            var place = _room.Slice(Length, length);
            labels.CopyTo(place);
            place = place[labels.Length..];
            BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)(0xC000 | pointsTo));
            BinaryPrimitives.WriteUInt16BigEndian(place[2..], (ushort)set.Type);
            BinaryPrimitives.WriteUInt16BigEndian(place[4..], Internet);
            BinaryPrimitives.WriteInt32BigEndian(place[6..], ttl);
            BinaryPrimitives.WriteUInt16BigEndian(place[10..], (ushort)data.Length);
            data.CopyTo(place[12..]);
            Length += length;
            Records++;
        }
    }
}
