using System.Runtime.ExceptionServices;

namespace Cirrus.Dns.Zones;

/// <summary>Work on each of many things by all cores; on few it is not worth their waking up.</summary>
internal static class Many
{
    private const int AtOnce = 1000;

    /// <param name="work">A pure function. What it throws comes out as it is; of several failures the one that is told first.</param>
    /// <returns>What it made of each, in their order.</returns>
    // Not AsParallel: that waits for threads of the pool without working itself, and the pool adds one in half a second.
    public static TTo[] Select<TFrom, TTo>(IReadOnlyList<TFrom> all, Func<TFrom, TTo> work)
    {
        var made = new TTo[all.Count];
        if (all.Count <= AtOnce)
        {
            Piece(0);
            return made;
        }
        try
        {
            Parallel.For(0, (all.Count + AtOnce - 1) / AtOnce, Piece);
        }
        catch (AggregateException e)
        {
            // Callers know what to do by its type.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return made;

        void Piece(int piece)
        {
            for (var i = piece * AtOnce; i < Math.Min(all.Count, (piece + 1) * AtOnce); i++)
                made[i] = work(all[i]);
        }
    }
}
