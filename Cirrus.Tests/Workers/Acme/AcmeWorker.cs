using System.Collections.Concurrent;
using Cirrus.Core.Changes;
using Cirrus.Workers.Acme;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>What issues certificates, in this process: quick to start, and on any clock.</summary>
internal sealed class AcmeWorker : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Log _log;

    private AcmeWorker(IHost host, Log log)
    {
        _host = host;
        _log = log;
    }

    public string Output => string.Join('\n', _log.Lines);

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<AcmeWorker> StartAsync(IConnectionMultiplexer redis, IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider? time = null)
    {
        var log = new Log();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Cirrus.Workers" });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), s.Value)));
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(redis).AddSingleton(time ?? TimeProvider.System).AddSingleton<ChangeLog>().AddSingleton<AppliedLog>();
        builder.AddAcme();
        var worker = new AcmeWorker(builder.Build(), log);
        await worker._host.StartAsync();
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private sealed class Log : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Writer(Lines);

        public void Dispose()
        {
        }

        private sealed class Writer(ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{DateTimeOffset.UtcNow:ss.fff} {logLevel} {formatter(state, exception)} {exception}");
        }
    }
}
