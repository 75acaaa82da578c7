using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>The records of a name and a type.</summary>
/// <param name="Region">0: for everyone.</param>
/// <param name="Beside">What goes into the additional section, each with its name.</param>
internal sealed record AnswerSet(byte Region, RecordSet Set, IReadOnlyList<(byte[] Name, RecordSet Set)> Beside)
{
    public AnswerSet(byte region, RecordSet set)
        : this(region, set, [])
    {
    }
}
