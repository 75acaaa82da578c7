namespace Cirrus.Core.Nodes;

/// <summary>How often a node went down lately, and until when it is held down for that.</summary>
/// <param name="Falls">A number that halves with time and grows by one each time.</param>
/// <param name="At">When it was that.</param>
/// <param name="HeldUntil">Null: it may go up at once.</param>
public sealed record Flapping(double Falls, DateTimeOffset At, DateTimeOffset? HeldUntil)
{
    public static readonly Flapping None = new(0, DateTimeOffset.UnixEpoch, null);
}
