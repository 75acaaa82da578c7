using System.Reflection;
using System.Text.RegularExpressions;
using Cirrus.Core.Redis;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Core;

/// <summary>docs/redis.md and <see cref="RedisKeys"/> name the same keys.</summary>
public sealed partial class RedisPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.At("docs/redis.md"));

    [Fact]
    public void Each_key_has_a_row()
    {
        var rows = Rows();
        Assert.NotEmpty(rows);
        Assert.All(Keys().Where(k => !IsBell(k)), key => Assert.Contains(key, rows));
    }

    [Fact]
    public void Each_row_has_a_key() => Assert.All(Rows(), row => Assert.Contains(row, Keys()));

    [Fact]
    public void No_key_has_two_rows() => Assert.Equal(Rows().Distinct(), Rows());

    [Fact]
    public void Each_bell_is_named() => Assert.All(Keys().Where(IsBell), bell => Assert.Contains($"`{bell}`", Page, StringComparison.Ordinal));

    private static bool IsBell(string key) => key.StartsWith("cdn:bell:", StringComparison.Ordinal);

    private static List<string> Rows() => [.. KeyOfRow().Matches(Page).Select(m => Anonymous(m.Groups[1].Value))];

    // What ends with a colon is the beginning of a key that has a member of its own.
    private static List<string> Keys()
    {
        var all = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var constants = typeof(RedisKeys).GetFields(all).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
        var made = typeof(RedisKeys).GetMethods(all).Select(m => (string)m.Invoke(null, ["{}"])!);
        return [.. constants.Concat(made).Where(k => !k.EndsWith(':'))];
    }

    private static string Anonymous(string key) => Placeholder().Replace(key, "{}");

    [GeneratedRegex(@"^\| `(cdn:[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex KeyOfRow();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();
}
