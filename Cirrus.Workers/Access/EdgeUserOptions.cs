using System.ComponentModel.DataAnnotations;

namespace Cirrus.Workers.Access;

/// <summary>As whom edges read Redis. Section <c>Edge</c>.</summary>
public sealed class EdgeUserOptions
{
    public const string Section = "Edge";

    /// <summary>The Redis user that edges log in as.</summary>
    [Required(ErrorMessage = "Edge:RedisUser must not be empty.")]
    [RegularExpression("^(?!default$)[A-Za-z0-9_.-]+$",
        ErrorMessage = "Edge:RedisUser must consist of letters, digits, '_', '.' and '-', and must not be 'default'.")]
    public string RedisUser { get; init; } = "edge";

    /// <summary>Empty: no user is made, edges log in by other means or not at all.</summary>
    public string RedisPassword { get; init; } = "";
}
