using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cirrus.Api.Domains;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class ExpressionTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData("^/q([a-z]*)*{0}$")]
    [InlineData("([a-z]{{0,90}}){{0,2}}[a-z]*!{0}$")]
    [InlineData("a[a-z]{{90}}!{0}$")]
    public async Task A_hundred_that_backtrack_do_not_keep_a_worker_busy(string expression)
    {
        var domain = await fixture.AddDomainAsync(members: new
        {
            redirects = Enumerable.Range(0, 100).Select(i => new { path = string.Format(null, expression, i), to = "/", status = 302 }).ToArray(),
        });
        var before = WorkOfWorkers();

        var answer = await fixture.Edge.GetAsync(domain, "/q" + new string('a', 3000) + "X");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.InRange((WorkOfWorkers() - before).TotalSeconds, 0, 4);
    }

    [Fact]
    public async Task More_than_a_worker_keeps_still_say_the_same()
    {
        // 8,192 of them take what a worker has for them.
        const int Domains = 90, Each = 100;
        var names = new List<string>();
        for (var i = 0; i < Domains; i++)
        {
            names.Add(await fixture.AddDomainAsync(members: new
            {
                redirects = Enumerable.Range(0, Each).Select(n => new { path = $"^/{i}-{n}-([a-z]+)$", to = $"/{n}/$1", status = 302 }).ToArray(),
            }));
        }
        for (var round = 0; round < 2; round++)
        {
            foreach (var (i, name) in names.Index())
            {
                var answer = await fixture.Edge.GetAsync(name, $"/{i}-{Each - 1}-abc");
                Assert.Equal($"/{Each - 1}/abc", answer.Headers["Location"]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_the_api_accepts_the_edge_reads_as_it_does(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            string[] expressions =
            [
                .. Enumerable.Repeat(0, int.MaxValue).Select(_ => Expression(random, 3))
                    .Where(e => e.Length is > 0 and <= 256 && e[0] != '/' && RulePath.Problem(e) is null).Take(8),
            ];
            var domain = await fixture.AddDomainAsync(members: new
            {
                redirects = expressions.Select((path, n) => new { path, to = $"/{n}:$1:$2:$3", status = 302 }).ToArray(),
            });
            for (var j = 0; j < 12; j++)
            {
                var path = "/" + string.Concat(Enumerable.Repeat(0, random.Next(9)).Select(_ => Pick(random, "a", "b", "c", "B", "0", "1", "_", "-")));

                var said = await fixture.Edge.ExplainAsync(domain, path);

                var location = said.TryGetProperty("location", out var told) ? new Uri(told.GetString()!).AbsolutePath : null;
                Assert.True(Expected(expressions, path) == location, $"{path}: {location} by {JsonSerializer.Serialize(expressions)}");
            }
        }
    }

    // Not by the clock: the machine has other work, too.
    private TimeSpan WorkOfWorkers() => fixture.Edge.Workers().Aggregate(TimeSpan.Zero, (sum, id) =>
    {
        using var worker = Process.GetProcessById(id);
        return sum + worker.TotalProcessorTime;
    });

    private static string? Expected(string[] expressions, string path)
    {
        foreach (var (n, expression) in expressions.Index())
        {
            if (Regex.Match(path, expression, RegexOptions.CultureInvariant) is { Success: true, Groups: var groups })
                return $"/{n}:{groups[1]}:{groups[2]}:{groups[3]}";
        }
        return null;
    }

    private static string Expression(Random random, int depth) => depth == 0
        ? Pick(random, "a", "b", "0", ".", "\\d", "\\w", "\\W", "\\b", "\\-", "[ab]", "[^a-c]", "[]b-]", "[\\d_]", "[+-\\.]", "[!-\\\\]", "[,-\\]]", "^", "$", "/", "{", "a{,2}")
        : random.Next(7) switch
        {
            0 => $"({Expression(random, depth - 1)})",
            1 => Repeated(random, $"(?:{Expression(random, depth - 1)})"),
            2 => Repeated(random, $"({Expression(random, depth - 1)}|{Expression(random, depth - 1)})"),
            3 => Repeated(random, Expression(random, 0)),
            4 => "^/" + Expression(random, depth - 1) + "$",
            5 => "(?i)" + Expression(random, depth - 1),
            _ => Expression(random, depth - 1) + Expression(random, depth - 1),
        };

    // What may be nothing is not repeated: every engine has its own idea of what groups hold then.
    private static string Repeated(Random random, string expression) =>
        expression.Contains("\\b", StringComparison.Ordinal) || Regex.IsMatch("", $"^(?:{expression})$")
            ? expression
            : expression + Pick(random, "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}", "{0,2}?", "{30}");

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
