using System.Globalization;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Edge;

/// <summary>A real redis-server with a data folder of its own; it can be killed and started again on the same port.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("cirrus-redis-").FullName;
    private LocalProcess? _process;

    public int Port { get; } = LocalPorts.Free(1)[0];

    public async Task StartAsync()
    {
        _process = LocalProcess.Start("redis-server", [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _data, "--save", "",
            "--appendonly", "yes", "--appendfsync", "no"]);
        await Eventually.HoldsAsync(IsAnsweringAsync, "redis-server answers");
    }

    /// <summary>A connection that is soon back after an outage.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse($"127.0.0.1:{Port},allowAdmin=true");
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.ReconnectRetryPolicy = new LinearRetry(100);
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    public Task SignalAsync(string signal) => _process!.SignalAllAsync(signal);

    public async Task KillAsync()
    {
        await _process!.DisposeAsync();
        _process = null;
    }

    /// <summary>A copy of the data of a server that has ended.</summary>
    public WorkFolder CopyData()
    {
        var copy = new WorkFolder();
        CopyFolder(_data, copy.Path);
        return copy;
    }

    /// <summary>Puts a copy in the place of the data; the server must have ended.</summary>
    public void SetBack(WorkFolder copy)
    {
        Directory.Delete(_data, recursive: true);
        CopyFolder(copy.Path, _data);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from))
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private async Task<bool> IsAnsweringAsync()
    {
        if (_process!.HasExited)
            Assert.Fail($"redis-server ended: {_process.Output}");
        try
        {
            using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port}");
            return await connection.GetDatabase().PingAsync() >= TimeSpan.Zero;
        }
        catch (RedisException)
        {
            return false;
        }
    }
}
