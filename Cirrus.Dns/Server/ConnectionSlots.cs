using System.Net;

namespace Cirrus.Dns.Server;

/// <summary>
/// Which TCP connections are kept when there are many: those of addresses that may transfer the zone before all others, then those that
/// have asked before those that have not. Nobody can keep a secondary out by connecting and keeping silent.
/// </summary>
internal sealed class ConnectionSlots
{
    /// <summary>Connections in all.</summary>
    public const int Total = 200;

    /// <summary>Connections of one address that may not transfer.</summary>
    public const int PerStranger = 10;

    /// <summary>One that has asked counts as in use for so long after its last question or answer.</summary>
    public static readonly TimeSpan InUse = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly List<ISlotHolder> _holders = [];

    /// <summary>Gives the newcomer a slot, if need be that of another connection, which is closed; false when there is none for it.</summary>
    public bool TryTake(ISlotHolder newcomer)
    {
        ISlotHolder? displaced = null;
        lock (_lock)
        {
            if (!newcomer.MayTransfer && _holders.Count(h => h.Client.Equals(newcomer.Client)) >= PerStranger)
                return false;
            if (_holders.Count >= Total)
            {
                displaced = LeastNeeded(newcomer);
                if (displaced is null)
                    return false;
                _holders.Remove(displaced);
            }
            _holders.Add(newcomer);
        }
        displaced?.Dispose();
        return true;
    }

    /// <summary>Frees a slot; does nothing for a holder that has none.</summary>
    public void Release(ISlotHolder holder)
    {
        lock (_lock)
            _holders.Remove(holder);
    }

    private ISlotHolder? LeastNeeded(ISlotHolder newcomer) => _holders
        .Where(h => newcomer.MayTransfer ? !h.MayTransfer || !IsInUse(h) : !h.MayTransfer && !IsInUse(h))
        .OrderBy(h => h.MayTransfer).ThenBy(h => h.HasAsked).ThenByDescending(h => h.Idle)
        .FirstOrDefault();

    private static bool IsInUse(ISlotHolder holder) => holder.HasAsked && holder.Idle < InUse;
}

/// <summary>A connection, as far as it matters who may keep one.</summary>
internal interface ISlotHolder : IDisposable
{
    /// <summary>Its client's address.</summary>
    IPAddress Client { get; }

    /// <summary>Whether that address may transfer the zone.</summary>
    bool MayTransfer { get; }

    /// <summary>Whether a complete query has come in.</summary>
    bool HasAsked { get; }

    /// <summary>The time since the last question or answer, or since it was accepted; zero while an answer is being sent.</summary>
    TimeSpan Idle { get; }
}
