using System.Buffers.Binary;
using System.Text;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Transfers;

/// <summary>The two messages we send to secondaries, in the format of RFC 1035 section 4.1. (ARSoft's encoder is not public.)</summary>
internal static class SecondaryMessages
{
    private const ushort AuthoritativeAnswer = 0x0400;

    /// <summary>Asks for the zone's SOA record.</summary>
    public static byte[] SoaQuestion(ushort id, DomainName zone) => Message(id, OperationCode.Query, zone);

    /// <summary>Says that the zone has changed (RFC 1996 section 3).</summary>
    public static byte[] Notify(ushort id, DomainName zone) => Message(id, OperationCode.Notify, zone);

    /// <summary>The message, if it is the response to ours.</summary>
    public static DnsMessage? ReadResponse(byte[] received, ushort id, OperationCode operation)
    {
        try
        {
            var message = DnsMessage.Parse(received);
            return !message.IsQuery && message.TransactionID == id && message.OperationCode == operation ? message : null;
        }
        catch (Exception)
        {
            // ARSoft's parser throws whatever comes up in bytes that are no message.
            return null;
        }
    }

    private static byte[] Message(ushort id, OperationCode operation, DomainName zone)
    {
        var message = new List<byte>();
        var flags = (ushort)((ushort)operation << 11);
        if (operation == OperationCode.Notify)
            flags |= AuthoritativeAnswer;
        ReadOnlySpan<ushort> header = [id, flags, 1, 0, 0, 0];
        foreach (var field in header)
            Append(message, field);
        foreach (var label in zone.Labels)
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }
        message.Add(0);
        Append(message, (ushort)RecordType.Soa);
        Append(message, (ushort)RecordClass.INet);
        return [.. message];
    }

    private static void Append(List<byte> message, ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        message.AddRange(bytes);
    }
}
