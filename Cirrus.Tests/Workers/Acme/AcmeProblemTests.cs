using System.Text;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

public sealed class AcmeProblemTests
{
    private const string Urn = "urn:ietf:params:acme:error:";

    [Fact]
    public void A_problem_is_kept_whole_and_told_in_words()
    {
        const string Json = $$$"""
            {"type":"{{{Urn}}}rateLimited","detail":"too many certificates already issued for \"example.com\".","status":429,"extra":{"a":[1]}}
            """;
        var problem = Read(Json)!;

        Assert.Equal(Json.Trim(), problem.Raw);
        Assert.Equal(429, problem.Status);
        Assert.True(problem.Is("rateLimited"));
        Assert.Equal(
            "Let's Encrypt refused the order: too many certificates already issued for \"example.com\" "
            + $"({Urn}rateLimited). Try again after 2026-03-01 12:00:00Z.",
            problem.InWords("Let's Encrypt refused the order", new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(1))));
    }

    [Fact]
    public void Each_subproblem_is_told_with_its_name()
    {
        var problem = Read($$$"""
            {"type":"{{{Urn}}}compound","title":"Several","subproblems":[
              {"type":"{{{Urn}}}caa","detail":"CAA forbids it","identifier":{"type":"dns","value":"a.example"}},
              {"type":"{{{Urn}}}rejectedIdentifier","detail":"blocked.","identifier":{"type":"dns","value":"b.example"}},
              "rubbish"]}
            """)!;

        Assert.Equal(["a.example", "b.example"], problem.Subproblems.Select(s => s.Identifier));
        Assert.Equal(
            $"It failed: Several ({Urn}compound). a.example: CAA forbids it ({Urn}caa). b.example: blocked ({Urn}rejectedIdentifier).",
            problem.InWords("It failed"));
    }

    [Theory]
    [InlineData("externalAccountRequired", "give the key id and the HMAC key")]
    [InlineData("userActionRequired", "see https://ca.example/terms")]
    [InlineData("caa", "A CAA record")]
    [InlineData("dns", "CNAME")]
    public void Some_problems_come_with_advice(string type, string advice)
    {
        var problem = Read($$"""{"type":"{{Urn}}{{type}}","detail":"no","instance":"https://ca.example/terms"}""")!;

        Assert.Contains(advice, problem.InWords("x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":1,"status":"x"}""")]
    public void What_is_no_problem_document_is_none(string text) => Assert.Null(Read(text));

    [Fact]
    public void Odd_members_are_left_out()
    {
        var problem = Read("""{"detail":"line one\nline \u001b[31mtwo","status":"500","subproblems":{},"identifier":7}""")!;

        Assert.Null(problem.Status);
        Assert.Empty(problem.Subproblems);
        Assert.Equal("x: line one line  [31mtwo.", problem.InWords("x"));
    }

    [Fact]
    public void A_stranger_can_not_fill_the_log()
    {
        var problem = Read($$"""{"detail":"{{new string('a', 100_000)}}"}""")!;

        Assert.InRange(problem.InWords("x").Length, 900, 1200);
    }

    private static AcmeProblem? Read(string json) => ProblemDocument.Read(Encoding.UTF8.GetBytes(json.Trim()));
}
