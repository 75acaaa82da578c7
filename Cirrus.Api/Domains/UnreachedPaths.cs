namespace Cirrus.Api.Domains;

/// <summary>Of lists in which the first that matches decides: what comes behind one that matches all that it does.</summary>
internal static class UnreachedPaths
{
    /// <param name="field">Of the list.</param>
    /// <param name="what">An entry is called.</param>
    /// <param name="covers">Whether the earlier one is for all that the later one is for, paths aside; null: it is.</param>
    public static IEnumerable<Warning> Of<T>(string field, IReadOnlyList<T>? list, Func<T, string> path, string what, Func<T, T, bool>? covers = null)
    {
        foreach (var (index, later) in (list ?? []).Index())
        {
            var (earlier, covering) = list!.Take(index).Index()
                .FirstOrDefault(e => Covers(path(e.Item), path(later)) && covers?.Invoke(e.Item, later) != false, (Index: -1, Item: later));
            if (earlier >= 0)
                yield return new Warning($"{field}[{index}].path", $"This {what} is never reached: {field}[{earlier}] ({path(covering)}) matches first.");
        }
    }

    /// <summary>Whether every path that the later one matches is matched by the earlier one, as far as can be told.</summary>
    private static bool Covers(string earlier, string later) => earlier == later || earlier == "/"
        || (earlier[0] == '/' && later[0] == '/' && later.StartsWith(earlier, StringComparison.Ordinal));
}
