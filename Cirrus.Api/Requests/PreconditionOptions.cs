namespace Cirrus.Api.Requests;

/// <summary>How careful writers have to be; section <c>Api</c>.</summary>
internal sealed class PreconditionOptions
{
    public const string Section = "Api";

    /// <summary>Whether a write over something that exists must say by If-Match, or the field revision, what it is based on (428 otherwise).</summary>
    public bool RequireIfMatch { get; set; }
}
