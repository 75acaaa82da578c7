using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Watching;

/// <summary>The work that goes on for one node.</summary>
internal sealed partial class WatchedNode
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly Node _node;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop;
    private readonly Task _work;

    /// <param name="work">Null: nothing is to be done for it.</param>
    public WatchedNode(Node node, ILogger logger, CancellationToken cancellation, Func<CancellationToken, Task>? work = null)
    {
        _node = node;
        _logger = logger;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _work = work is null ? Task.CompletedTask : KeepRunningAsync(work, _stop.Token);
    }

    /// <summary>False when the document has changed in what the work depends on, or is another one of the same id.</summary>
    public bool IsStillRightFor(Node node) =>
        node.CreatedAt == _node.CreatedAt && node.State == _node.State && node.Addresses.SequenceEqual(_node.Addresses);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task KeepRunningAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        // Never on the caller's thread: it starts many of these.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await work(cancellation);
                return;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever goes wrong with one node must not end the watch over the others.
                LogFailed(e, _node.Id);
                await Task.Delay(RestartPause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Watching node {Node} failed and begins anew")]
    private partial void LogFailed(Exception e, string node);
}
