using StackExchange.Redis;

namespace Cirrus.Tests.Programs;

/// <summary>A real redis-server with an append-only file, on a free port.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private ChildProcess? _process;

    private RedisServer() { }

    /// <summary>For <c>ConnectionStrings:redis</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{_port}";

    public int Port => _port;

    public static async Task<RedisServer> StartAsync()
    {
        var server = new RedisServer();
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection that survives restarts of the server.</summary>
    public async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse(ConnectionString);
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        // Of a thousand writes at once each is flushed, and the machine may be busy.
        options.AsyncTimeout = 20_000;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>Waits until a connection answers again: for a while after the server's end it may be taken for what it was.</summary>
    public static Task UntilBackAsync(IConnectionMultiplexer connection) =>
        Wait.UntilAsync("the connection is back", () => AnswersAsync(() => connection.GetDatabase().PingAsync()));

    /// <summary>Starts it again with the data it had.</summary>
    public async Task RestartAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = ChildProcess.Start("redis-server", "redis-server",
        [
            "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
        ]);
        await Wait.UntilAsync("redis-server answers", AnswersAsync);
    }

    /// <summary>Ends it without warning; the data stay.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Freezes it: connections stay, nothing answers.</summary>
    public void Freeze() => _process!.SignalGroup(Signals.Stop);

    public void Thaw() => _process!.SignalGroup(Signals.Continue);

    /// <summary>A copy of the data of a server that has ended.</summary>
    public WorkFolder CopyData()
    {
        var copy = new WorkFolder();
        CopyFolder(_folder.Path, copy.Path);
        return copy;
    }

    /// <summary>Puts a copy in the place of the data; the server must have ended.</summary>
    public void SetBack(WorkFolder copy)
    {
        Directory.Delete(_folder.Path, recursive: true);
        CopyFolder(copy.Path, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from))
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"redis-server ended: {_process.Output}");
        return await AnswersAsync(async () =>
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync($"{ConnectionString},connectTimeout=500,connectRetry=0");
            await connection.GetDatabase().PingAsync();
        });
    }

    private static async Task<bool> AnswersAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
