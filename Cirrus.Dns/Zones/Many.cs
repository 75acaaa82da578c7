namespace Cirrus.Dns.Zones;

/// <summary>Work on each of many things by all cores; on few it is not worth their waking up.</summary>
internal static class Many
{
    private const int Few = 2000;

    /// <param name="work">A pure function.</param>
    /// <returns>What it made of each, in no order where there are many.</returns>
    public static IEnumerable<TTo> Select<TFrom, TTo>(IReadOnlyCollection<TFrom> all, Func<TFrom, TTo> work) =>
        all.Count < Few ? all.Select(work) : all.AsParallel().Select(work);
}
