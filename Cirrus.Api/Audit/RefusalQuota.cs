namespace Cirrus.Api.Audit;

/// <summary>
/// Decides which refused attempts get an entry of their own. Those left out are counted by party, and the last of them stands for all when the
/// party's minute is over. Remembers parties with an entry in the last minute only, so a flood from many addresses needs no more memory
/// than the quota of all has room for.
/// </summary>
internal sealed class RefusalQuota(RefusalOptions options)
{
    private const string Everybody = "*";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Window> _windows = new(StringComparer.Ordinal);

    /// <summary>True: it gets an entry. False: it was counted.</summary>
    public bool Admit(Refusal refusal, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!refusal.IsAnonymous)
                return Open(refusal.Party, now).Admit(refusal, options.PerCaller);
            var everybody = Open(Everybody, now);
            if (!_windows.ContainsKey(refusal.Party) && everybody.Admitted >= options.Anonymous)
                return everybody.Admit(refusal, options.Anonymous);
            var own = Open(refusal.Party, now);
            if (!own.Admit(refusal, everybody.Admitted < options.Anonymous ? options.PerAddress : 0))
                return false;
            everybody.Admitted++;
            return true;
        }
    }

    /// <summary>Counts one that was admitted but found no room.</summary>
    public void LeaveOut(Refusal refusal, DateTimeOffset now)
    {
        lock (_gate)
            Open(refusal.IsAnonymous ? Everybody : refusal.Party, now).LeaveOut(refusal);
    }

    /// <summary>One for each party of which something was left out in a minute that is over.</summary>
    /// <param name="all">Also of minutes that are not over.</param>
    public IReadOnlyList<Refusal> Due(DateTimeOffset now, bool all = false)
    {
        lock (_gate)
        {
            var due = new List<Refusal>();
            foreach (var (party, window) in _windows.Where(w => all || w.Value.IsOver(now)).ToList())
            {
                _windows.Remove(party);
                if (window.Last is { } last)
                    due.Add(last.AndMore(window.LeftOut - 1));
            }
            return due;
        }
    }

    // A window that is over but not yet told of goes on, lest what it left out is forgotten.
    private Window Open(string party, DateTimeOffset now)
    {
        if (!_windows.TryGetValue(party, out var window) || (window.IsOver(now) && window.Last is null))
            _windows[party] = window = new Window(now);
        return window;
    }

    private sealed class Window(DateTimeOffset start)
    {
        public int Admitted { get; set; }
        public int LeftOut { get; private set; }
        public Refusal? Last { get; private set; }

        public bool IsOver(DateTimeOffset now) => now >= start + Minute;

        public bool Admit(Refusal refusal, int most)
        {
            if (Admitted < most)
            {
                Admitted++;
                return true;
            }
            LeaveOut(refusal);
            return false;
        }

        public void LeaveOut(Refusal refusal) => (LeftOut, Last) = (LeftOut + 1, refusal);
    }
}
