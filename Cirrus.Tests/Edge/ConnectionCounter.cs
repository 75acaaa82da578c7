namespace Cirrus.Tests.Edge;

/// <summary>A listener that counts who connects and hangs up at once.</summary>
internal sealed class ConnectionCounter : IAsyncDisposable
{
    private readonly Acceptor _acceptor;
    private int _connections;

    public ConnectionCounter(string address, int port) => _acceptor = new Acceptor(address, port, _ =>
    {
        Interlocked.Increment(ref _connections);
        return Task.CompletedTask;
    });

    public int Connections => Volatile.Read(ref _connections);

    public ValueTask DisposeAsync() => _acceptor.DisposeAsync();
}
