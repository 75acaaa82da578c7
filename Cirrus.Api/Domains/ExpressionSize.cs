namespace Cirrus.Api.Domains;

/// <summary>
/// How large regular expressions are to the engine that runs them: their characters, ranges and groups, with all repetitions written out. A match takes
/// time in proportion to that and to the length of the path (decision 8).
/// </summary>
internal static class ExpressionSize
{
    private const int Max = 1000;
    private const int MaxTogether = 10_000;
    // More than any limit, and far from what an int can't hold.
    private const int Enough = 1_000_000;

    /// <summary>What is wrong with one, or null.</summary>
    public static string? Problem(string expression) => Of(expression) is > Max and var size
        ? $"The path's regular expression is too large: with its repetitions written out it has {Said(size)} parts; {Max} are allowed."
        : null;

    /// <summary>What is wrong with all of a domain together, and in which member that shows; null: nothing.</summary>
    public static (string Member, string Message)? Problem(DomainRequest domain)
    {
        var size = 0;
        foreach (var (member, path) in Paths(domain))
        {
            size += path is null or ['/', ..] ? 0 : Of(path);
            if (size > MaxTogether)
                return (member, $"The regular expressions of the domain are too large together: with their repetitions written out they have more than {MaxTogether} parts.");
        }
        return null;
    }

    /// <summary>Of an expression that may also be none.</summary>
    public static int Of(string expression)
    {
        var outer = new Stack<int>();
        var (size, last) = (0, 0);
        for (var i = 0; i < expression.Length; i++)
        {
            switch (expression[i])
            {
                case '(':
                    outer.Push(size);
                    var flags = Flags(expression.AsSpan(i + 1));
                    // What it captures is noted, as often as it is written out.
                    size = flags == 0 ? 1 : 0;
                    i += flags;
                    continue;
                case ')':
                    last = int.Max(size, 1);
                    size = outer.TryPop(out var before) ? before : 0;
                    break;
                case '[':
                    (last, i) = Class(expression, i);
                    break;
                case '{' when Times(expression, i) is { } repeated:
                    size -= last;
                    last = int.Min(Enough, last * repeated.Times);
                    i = repeated.End;
                    break;
                case '*' or '+' or '?' or '|':
                    continue;
                case var c:
                    i += c == '\\' ? 1 : 0;
                    last = 1;
                    break;
            }
            size = int.Min(Enough, size + last);
        }
        return size;
    }

    private static string Said(int size) => size == Enough ? "over a million" : $"{size}";

    /// <summary>How long <c>?i:</c> and the like are behind a parenthesis, or <c>?i</c> where it closes at once.</summary>
    private static int Flags(ReadOnlySpan<char> group)
    {
        if (group is not ['?', ..])
            return 0;
        var end = int.Max(0, group.IndexOfAny(':', ')'));
        return group[end] == ':' ? end + 1 : end;
    }

    /// <summary>How many characters and ranges a class has, and where it ends.</summary>
    private static (int Size, int End) Class(string expression, int start)
    {
        var i = start + 1 < expression.Length && expression[start + 1] == '^' ? start + 2 : start + 1;
        var first = i;
        var size = 0;
        // A bracket that comes first is a member.
        for (; i < expression.Length && (expression[i] != ']' || i == first); i++)
        {
            i += expression[i] == '\\' ? 1 : 0;
            if (i + 2 < expression.Length && expression[i + 1] == '-' && expression[i + 2] != ']')
                i += expression[i + 2] == '\\' ? 3 : 2;
            size++;
        }
        return (size, i);
    }

    /// <summary>How often what is before <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> comes at most, an end that is open aside, and where that ends; null: it is no repetition.</summary>
    private static (int Times, int End)? Times(string expression, int start)
    {
        var end = expression.IndexOf('}', start);
        if (end < 0)
            return null;
        var bounds = expression[(start + 1)..end].Split(',');
        if (bounds.Length > 2 || bounds[0].Length == 0 || bounds.Any(b => !b.All(char.IsAsciiDigit)))
            return null;
        var times = bounds[^1].Length > 0 ? bounds[^1] : bounds[0];
        return (int.TryParse(times, out var count) ? int.Clamp(count, 1, Max + 1) : Max + 1, end);
    }

    private static IEnumerable<(string Member, string? Path)> Paths(DomainRequest domain) =>
    [
        .. (domain.Rules ?? []).Select(r => (nameof(domain.Rules), r?.Path)),
        .. (domain.Headers?.Request ?? []).Concat(domain.Headers?.Response ?? []).Select(a => (nameof(domain.Headers), a?.Path)),
        .. (domain.Redirects ?? []).Select(r => (nameof(domain.Redirects), r?.Path)),
        .. (domain.Rewrites ?? []).Select(r => (nameof(domain.Rewrites), r?.Path)),
        .. (domain.Access?.SignedUrls ?? []).Select(s => (nameof(domain.Access), s?.Path)),
        .. (domain.Access?.RateLimits ?? []).Select(l => (nameof(domain.Access), l?.Path)),
    ];
}
