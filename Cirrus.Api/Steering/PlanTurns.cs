namespace Cirrus.Api.Steering;

/// <summary>
/// A plan goes through all domains: seconds of a core when there are many. Whoever may read may ask for one, and reads have a large quota, so
/// only few are made at once and writes keep their share of the machine.
/// </summary>
internal sealed class PlanTurns : IDisposable
{
    /// <summary>How many are made at once: on half of the cores.</summary>
    public static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How long one waits for its turn.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>A turn, until it is disposed; null when none was free in time.</summary>
    public async Task<IDisposable?> TakeAsync(CancellationToken cancellation) =>
        await _turns.WaitAsync(Patience, cancellation) ? new Turn(_turns) : null;

    public void Dispose() => _turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
