namespace Cirrus.Api.Requests;

/// <summary>How careful writers have to be; section <c>Api</c>.</summary>
internal sealed class PreconditionOptions
{
    public const string Section = "Api";

    /// <summary>Whether a write over what exists must say by If-Match, or the field revision, what it is based on (else 428).</summary>
    public bool RequireIfMatch { get; set; }
}
