using System.Collections.Concurrent;

namespace Cirrus.Workers.Health;

/// <summary>
/// Lets addresses begin with something one after the other. A thousand handshakes in one second would take longer than a probe may, and every node
/// would seem to fail.
/// </summary>
internal sealed class StaggeredStart(TimeSpan each, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _begins = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private DateTimeOffset _next;

    /// <summary>Whether an address' turn has come; the first call puts it in the row.</summary>
    public bool HasBegun(string address)
    {
        var now = time.GetUtcNow();
        return _begins.GetOrAdd(address, _ => Next(now)) <= now;
    }

    private DateTimeOffset Next(DateTimeOffset now)
    {
        lock (_lock)
        {
            var begin = _next > now ? _next : now;
            _next = begin + each;
            return begin;
        }
    }
}
