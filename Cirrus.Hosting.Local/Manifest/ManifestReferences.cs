using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Cirrus.Hosting.Local.Manifest;

/// <summary>Turns values into placeholders, and remembers what the placeholders name so that the manifest comes to contain it.</summary>
internal sealed class ManifestReferences
{
    /// <summary>The one encoding of a value that connection strings ask for.</summary>
    public const string UriEncoding = "uri";

    private readonly HashSet<IResource> _written = [];
    private readonly List<IResource> _referenced = [];
    private readonly List<ReferenceExpression> _conditionals = [];
    private readonly List<ParameterResource> _encoded = [];
    private readonly HashSet<ParameterResource> _encodedTaken = [];

    public IReadOnlyList<ReferenceExpression> Conditionals => _conditionals;

    public bool MarkWritten(IResource resource) => _written.Add(resource);

    public IResource? NextUnwritten() => _referenced.FirstOrDefault(resource => !_written.Contains(resource));

    /// <summary>The text of an argument or variable.</summary>
    public string Expression(object value)
    {
        Note(value);
        return value switch
        {
            ReferenceExpression { IsConditional: false } expression => expression.Fill(Placeholder),
            IManifestExpressionProvider provider => provider.ValueExpression,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
    }

    /// <summary>Entries of percent-encoded parameters not written yet, of one parameter or of all.</summary>
    public IReadOnlyList<(string Name, ParameterResource Parameter)> TakeEncoded(ParameterResource? only = null) =>
        [.. _encoded.Where(parameter => (only is null || parameter == only) && _encodedTaken.Add(parameter)).Select(parameter => (EncodedName(parameter), parameter))];

    private string Placeholder(ReferenceExpression.Hole hole)
    {
        if (hole is not { Encoding: UriEncoding, Provider: ParameterResource parameter })
            return hole.Expression.ValueExpression;

        if (!_encoded.Contains(parameter))
            _encoded.Add(parameter);
        return $"{{{EncodedName(parameter)}.value}}";
    }

    private void Note(object value)
    {
        if (value is ReferenceExpression { IsConditional: true } conditional && _conditionals.All(known => known.Name != conditional.Name))
            _conditionals.Add(conditional);
        if (value is ReferenceExpression { IsConditional: false } expression)
            _ = expression.Fill(Placeholder);

        if (value is IResource resource)
        {
            if (!_referenced.Contains(resource))
                _referenced.Add(resource);
        }
        else if (value is IValueWithReferences composite)
        {
            foreach (var reference in composite.References)
                Note(reference);
        }
    }

    private static string EncodedName(ParameterResource parameter) => $"{parameter.Name}-{UriEncoding}-encoded";
}
