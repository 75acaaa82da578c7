using System.Text.RegularExpressions;
using Cirrus.Tests.Api.Identities;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

/// <summary>The table of docs/api.md names every route and no other.</summary>
public sealed partial class ApiPageTests
{
    [Fact]
    public void Every_route_is_in_the_table()
    {
        var table = File.ReadLines(Repository.At("docs/api.md")).SkipWhile(l => !l.StartsWith("| request |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(l => l.StartsWith('|')).SelectMany(l => Routes(l.Split('|')[1]));
        var routes = RouteTable.Rows.Select(r => Constraint().Replace(r.Route.Replace("/api/v1", "", StringComparison.Ordinal), "}"));

        Assert.Equal(routes.Order(StringComparer.Ordinal), table.Order(StringComparer.Ordinal));
    }

    // Methods that stand together share the path behind them; a path that stands alone is a sibling of the one before, with its methods.
    private static IEnumerable<string> Routes(string cell)
    {
        List<string> methods = [];
        var path = "";
        foreach (var piece in Quoted().Matches(cell).Select(m => m.Groups[1].Value))
        {
            if (piece.StartsWith('/'))
            {
                path = path[..path.LastIndexOf('/')] + piece;
            }
            else
            {
                if (path.Length > 0)
                    (methods, path) = ([], "");
                methods.Add(piece.Split(' ')[0]);
                if (!piece.Contains(' ', StringComparison.Ordinal))
                    continue;
                path = piece.Split(' ')[1].Split('?')[0];
            }
            foreach (var method in methods)
                yield return $"{method} {path}";
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();
}
