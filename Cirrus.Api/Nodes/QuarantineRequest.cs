using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Nodes;

/// <summary>Why a node is taken out.</summary>
public sealed record QuarantineRequest
{
    /// <summary>Shown with the node until it is released.</summary>
    [Required(ErrorMessage = "A reason is required.")]
    [StringLength(200, MinimumLength = 1, ErrorMessage = "A reason has 1 to 200 characters.")]
    public string? Reason { get; init; }
}
