using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Tests.Programs;

/// <summary>Stands between a program and its Redis, and can keep an answer to itself: the command was carried out, and nobody is told.</summary>
internal sealed class RedisRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _redisPort;
    private readonly Task _accepting;
    private Watch? _watch;

    private RedisRelay(int redisPort)
    {
        _redisPort = redisPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>For <c>ConnectionStrings:redis</c>.</summary>
    public string ConnectionString => $"{_listener.LocalEndpoint}";

    public static RedisRelay Start(RedisServer redis) => new(redis.Port);

    /// <summary>From now on waits for a command with this text; the connection that it comes on gets no more answers.</summary>
    /// <returns>Completes when the command goes to Redis.</returns>
    public Task KeepAnswerTo(string text)
    {
        var watch = new Watch(text);
        Volatile.Write(ref _watch, watch);
        return watch.Seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient program)
    {
        using var redis = new TcpClient();
        using (program)
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            var isMute = false;
            try
            {
                await redis.ConnectAsync(IPAddress.Loopback, _redisPort, _stop.Token);
                var (up, down) = (program.GetStream(), redis.GetStream());
                // A text may come in two parts.
                var said = "";
                await Task.WhenAny(
                    PumpAsync(up, down, part =>
                    {
                        said = (said.Length > 256 ? said[^256..] : said) + Encoding.Latin1.GetString(part.Span);
                        if (Volatile.Read(ref _watch) is { } watch && said.Contains(watch.Text, StringComparison.Ordinal))
                        {
                            Volatile.Write(ref isMute, true);
                            watch.Seen.TrySetResult();
                        }
                        return true;
                    }, over.Token),
                    PumpAsync(down, up, _ => !Volatile.Read(ref isMute), over.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two is gone, and so is the connection.
            }
            await over.CancelAsync();
        }
    }

    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, bool> passes, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (passes(buffer.AsMemory(0, read)))
                await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
    }

    private sealed record Watch(string Text)
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
