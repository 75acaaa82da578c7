using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Edges;

/// <summary>Where edge nodes tell what they do. Section <c>Edge</c>, as the workers have it.</summary>
public sealed class EdgeOptions
{
    public const string Section = "Edge";

    [Range(1, 65535, ErrorMessage = "Edge:StatusPort must be between 1 and 65535.")]
    public int StatusPort { get; init; } = 9145;
}
