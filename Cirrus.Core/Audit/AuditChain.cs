using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Cirrus.Core.Audit;

/// <summary>
/// The chain of the audit trail as <c>accept.lua</c> makes it: each entry carries the hash of the one before. Feed it with entries in order;
/// it remembers one of them, however long the trail is.
/// </summary>
internal sealed class AuditChain
{
    private static readonly string[] Fields =
        ["previous", "salt", "actor", "address", "requestId", "action", "key", "before", "after", "change", "outcome", "reason"];

    private string _lastPrevious = "";

    public long Entries { get; private set; }
    public AuditMark? First { get; private set; }
    public AuditMark? Last { get; private set; }

    /// <summary>What came before the first entry is no longer kept.</summary>
    public bool Trimmed { get; private set; }

    /// <summary>Goes on to the next entry.</summary>
    /// <returns>What is wrong with it, in which case it was not taken; null when it fits.</returns>
    public string? Step(StreamEntry entry)
    {
        if (!entry.Values.Select(v => (string?)v.Name).SequenceEqual(Fields, StringComparer.Ordinal))
            return "It has not the fields of an audit entry.";

        var previous = (string)entry["previous"]!;
        if (Last is { } last && previous != last.Hash)
        {
            return previous == _lastPrevious
                ? $"It was written when {last.Id} was not there: that entry was inserted."
                : $"It does not follow on {last.Id}: that entry was changed or inserted, this one was moved, or entries between them were removed.";
        }

        var mark = new AuditMark((string)entry.Id!, Hash(entry));
        if (First is null)
            (First, Trimmed) = (mark, previous.Length > 0);
        (Last, _lastPrevious) = (mark, previous);
        Entries++;
        return null;
    }

    /// <summary>SHA-1 over the id and the values of the fields in their order, each as a netstring; lower-case hexadecimal digits.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Redis offers scripts SHA-1 only; why it is enough: docs/decisions/0012.")]
    public static string Hash(StreamEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        Append(hash, entry.Id);
        foreach (var field in entry.Values)
            Append(hash, field.Value);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, RedisValue value)
    {
        var octets = (byte[]?)value ?? [];
        hash.AppendData(Encoding.ASCII.GetBytes($"{octets.Length}:"));
        hash.AppendData(octets);
        hash.AppendData(","u8);
    }
}
