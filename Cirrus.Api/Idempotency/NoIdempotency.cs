namespace Cirrus.Api.Idempotency;

/// <summary>
/// Metadata of a POST route that takes no Idempotency-Key: its answer holds a secret, which must not be kept, or it streams, and can't be.
/// </summary>
/// <param name="why">Told to the caller who sends one, as a sentence.</param>
internal sealed class NoIdempotency(string why)
{
    public string Why { get; } = why;
}
