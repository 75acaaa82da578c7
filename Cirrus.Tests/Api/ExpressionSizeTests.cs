using Cirrus.Api.Domains;

namespace Cirrus.Tests.Api;

public sealed class ExpressionSizeTests
{
    [Theory]
    [InlineData("^/abc$", 6)]
    [InlineData(@"\.(css|js)$", 8)]
    [InlineData("[0-9a-f]{64}", 128)]
    [InlineData("[]a-c^-]", 4)]
    [InlineData(@"[^\]a]{2}", 4)]
    [InlineData("(?i)^/A{3}", 6)]
    [InlineData("(?:ab){2,5}x", 11)]
    [InlineData("((a{10}){10}b){2}", 224)]
    [InlineData("((a)){1000}", 3000)]
    [InlineData(@"[!-\\].{1000}", 1001)]
    [InlineData(@"(a{1000})[!-\](]b", 1004)]
    [InlineData(@"[\d-\w]{3}", 3)]
    [InlineData("a{0}b{3,}", 4)]
    [InlineData("a{,5}", 5)]
    [InlineData("(a{999}){999}", 999_000)]
    [InlineData("(a{99999999999}){1000}", 1_000_000)]
    public void Repetitions_are_written_out(string expression, int size) => Assert.Equal(size, ExpressionSize.Of(expression));

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[")]
    [InlineData("a\\")]
    [InlineData("(?")]
    [InlineData("a{")]
    [InlineData("{3}")]
    public void What_is_no_expression_has_some_size_too(string text) => Assert.InRange(ExpressionSize.Of(text), 0, 5);
}
