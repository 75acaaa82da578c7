using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A text with holes for values known only at run time. It is either a format with its providers, or a choice between two
/// expressions which the manifest shows as an entry of its own.
/// </summary>
public sealed class ReferenceExpression : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    public static readonly ReferenceExpression Empty = new("", []);

    private readonly Choice? _choice;

    private ReferenceExpression(string format, IReadOnlyList<Hole> holes)
    {
        Format = format;
        Holes = holes;
    }

    private ReferenceExpression(Choice choice)
        : this("", [.. choice.WhenTrue.Holes, .. choice.WhenFalse.Holes])
    {
        _choice = choice;
        Name = choice.Name();
    }

    public string Format { get; }

    public bool IsConditional => _choice is not null;

    public string ValueExpression => IsConditional ? $"{{{Name}.connectionString}}" : Fill(hole => hole.Expression.ValueExpression);

    IEnumerable<object> IValueWithReferences.References =>
        _choice is { } choice ? [choice.Condition, choice.WhenTrue, choice.WhenFalse] : Holes.Select(hole => (object)hole.Provider);

    /// <summary>Name of the manifest entry of a conditional expression.</summary>
    internal string? Name { get; }

    internal IReadOnlyList<Hole> Holes { get; }

    /// <summary>Makes an expression from an interpolated string.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.GetExpression();

    /// <summary>Makes an expression that is <paramref name="whenTrue"/> where the condition's value equals <paramref name="matchValue"/>.</summary>
    public static ReferenceExpression CreateConditional(
        IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse) =>
        new(new Choice(condition, matchValue, whenTrue, whenFalse));

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        if (_choice is { } choice)
        {
            var matches = string.Equals(await choice.Condition.GetValueAsync(cancellationToken), choice.Match, StringComparison.OrdinalIgnoreCase);
            return await (matches ? choice.WhenTrue : choice.WhenFalse).GetValueAsync(cancellationToken);
        }

        var values = new Dictionary<Hole, string?>();
        foreach (var hole in Holes)
        {
            var value = await hole.Provider.GetValueAsync(cancellationToken);
            values[hole] = hole.Encoding == "uri" && value is not null ? Uri.EscapeDataString(value) : value;
        }

        return Fill(hole => values[hole]);
    }

    /// <summary>The expression with every hole filled by <paramref name="value"/>.</summary>
    internal string Fill(Func<Hole, string?> value) =>
        string.Format(CultureInfo.InvariantCulture, Format, [.. Holes.Select(value)]);

    /// <param name="Encoding">null, or <c>uri</c> for a percent-encoded value.</param>
    internal sealed record Hole(IValueProvider Provider, IManifestExpressionProvider Expression, string? Encoding);

    private sealed record Choice(IValueProvider Condition, string Match, ReferenceExpression WhenTrue, ReferenceExpression WhenFalse)
    {
        public string Name()
        {
            var condition = ((IManifestExpressionProvider)Condition).ValueExpression;
            var words = condition.ToLowerInvariant().Split(['{', '}', '.', '-'], StringSplitOptions.RemoveEmptyEntries);
            var hash = XxHash32.Hash(Encoding.UTF8.GetBytes(condition + WhenTrue.ValueExpression + WhenFalse.ValueExpression + Match));
            return $"cond-{string.Join('-', words)}-{Convert.ToHexStringLower(hash)}";
        }
    }

    /// <summary>Compiler support for <c>$"…"</c> as an expression.</summary>
    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _format = new(literalLength * 2);
        private readonly List<Hole> _holes = new(formattedCount);

        public readonly void AppendLiteral(string value) => _format.Append(value.Replace("{", "{{").Replace("}", "}}"));

        public readonly void AppendFormatted(string? value) => AppendLiteral(value ?? "");

        public readonly void AppendFormatted<T>(T valueProvider) where T : IValueProvider, IManifestExpressionProvider =>
            AppendFormatted(valueProvider, format: null);

        public readonly void AppendFormatted<T>(T valueProvider, string? format = null) where T : IValueProvider, IManifestExpressionProvider
        {
            _format.Append(CultureInfo.InvariantCulture, $"{{{_holes.Count}}}");
            _holes.Add(new Hole(valueProvider, valueProvider, format));
        }

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider) where T : IResource, IValueProvider, IManifestExpressionProvider =>
            AppendFormatted(valueProvider.Resource, format: null);

        internal readonly ReferenceExpression GetExpression() => new(_format.ToString(), _holes);
    }
}
