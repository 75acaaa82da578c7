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

    public WatchedNode(Node node, ILogger logger, CancellationToken cancellation, params ReadOnlySpan<Func<CancellationToken, Task>> works)
    {
        _node = node;
        _logger = logger;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var begun = new List<Task>(works.Length);
        foreach (var work in works)
            begun.Add(KeepRunningAsync(work, _stop.Token));
        _work = Task.WhenAll(begun);
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
