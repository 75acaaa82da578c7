using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Zones;

/// <summary>
/// How differences are written into the journal: for each name its length and labels, then its records before and after. Records are the
/// number of their sets (255: there is no such name), and for each set type, TTL and number of records, and each one's data after its length.
/// </summary>
internal static class JournalFormat
{
    private const byte NoName = byte.MaxValue;

    public static byte[] Write(IReadOnlyList<NameChange> changes)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var change in changes)
        {
            writer.Write((byte)change.Owner.Length);
            writer.Write(change.Owner);
            Write(writer, change.Before);
            Write(writer, change.After);
        }
        return stream.ToArray();
    }

    public static IReadOnlyList<NameChange> Read(byte[] written)
    {
        var changes = new List<NameChange>();
        using var stream = new MemoryStream(written);
        using var reader = new BinaryReader(stream);
        while (stream.Position < stream.Length)
            changes.Add(new NameChange(reader.ReadBytes(reader.ReadByte()), ReadRecords(reader), ReadRecords(reader)));
        return changes;
    }

    /// <summary>The records of a name alone.</summary>
    public static byte[] Write(NameRecords records)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Write(writer, records);
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Write(NameRecords)"/> wrote.</summary>
    public static NameRecords ReadName(byte[] written)
    {
        using var reader = new BinaryReader(new MemoryStream(written));
        return ReadRecords(reader)!;
    }

    private static void Write(BinaryWriter writer, NameRecords? records)
    {
        writer.Write(records is null ? NoName : (byte)records.Sets.Length);
        foreach (var set in records?.Sets ?? [])
        {
            writer.Write((ushort)set.Type);
            writer.Write(set.Ttl);
            writer.Write((ushort)set.Data.Length);
            foreach (var data in set.Data)
            {
                writer.Write((ushort)data.Length);
                writer.Write(data);
            }
        }
    }

    private static NameRecords? ReadRecords(BinaryReader reader)
    {
        var sets = reader.ReadByte();
        return sets switch
        {
            NoName => null,
            0 => NameRecords.None,
            _ => new NameRecords(Enumerable.Range(0, sets).Select(_ => ReadSet(reader)).ToList()),
        };
    }

    private static RecordSet ReadSet(BinaryReader reader)
    {
        var (type, ttl, count) = ((RecordType)reader.ReadUInt16(), reader.ReadInt32(), reader.ReadUInt16());
        return new RecordSet(type, ttl, Enumerable.Range(0, count).Select(_ => reader.ReadBytes(reader.ReadUInt16())).ToList());
    }
}
