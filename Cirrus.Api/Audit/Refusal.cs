using Cirrus.Core.Audit;

namespace Cirrus.Api.Audit;

/// <summary>An unsafe request that was refused.</summary>
/// <param name="Party">Whose quota it counts against: the caller, or without one the network it came from.</param>
internal sealed record Refusal(Actor Actor, string Party, string Action, string Key, string Reason)
{
    public const string Anonymous = "anonymous";

    public bool IsAnonymous => Actor.Name == Anonymous;

    /// <summary>This one standing for itself and others that were left out.</summary>
    public Refusal AndMore(int others) => others == 0 ? this : this with { Reason = $"{Reason}; and {others} more" };
}
