using Cirrus.Core.Changes;

namespace Cirrus.Workers.Health;

/// <summary>How the change log stood when a probe was judged.</summary>
/// <param name="Tail">The newest change when the probe began; null when Redis could not be asked.</param>
/// <param name="Waiting">How long the oldest change that the node has not applied has been waiting; zero when there is none.</param>
/// <param name="Strict">The node is not named, so it must have applied everything, whatever this worker thought of it so far.</param>
internal readonly record struct LogStanding(ChangeId? Tail, TimeSpan Waiting, bool Strict = false);
