using System.Collections.Concurrent;

namespace Cirrus.Tests.EndToEnd;

/// <summary>Steady requests to one node for as long as it lives; counts what fails and keeps why.</summary>
public sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly EdgeClient _edge;
    private readonly Task _running;
    private long _requests;

    private Load(EdgeClient edge, string domain, string path)
    {
        _edge = edge;
        _running = RunAsync(domain, path);
    }

    public long Requests => Interlocked.Read(ref _requests);

    public IReadOnlyCollection<string> Failures => _failures;

    public static Load On(EdgeClient edge, string domain, string path) => new(edge, domain, path);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _edge.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync(string domain, string path)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var response = await _edge.GetAsync(domain, path, _end.Token);
                if (!response.IsSuccessStatusCode)
                    _failures.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                Interlocked.Increment(ref _requests);
                // Not a wait for anything: the rate of the load.
                await Task.Delay(Pause, _end.Token);
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (HttpRequestException e)
            {
                _failures.Enqueue(e.Message);
            }
        }
    }
}
