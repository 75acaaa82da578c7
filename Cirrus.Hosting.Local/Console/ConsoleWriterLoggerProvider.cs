using Microsoft.Extensions.Logging;

namespace Cirrus.Hosting.Local.Console;

/// <summary>What the AppHost itself logs, as plain lines.</summary>
internal sealed class ConsoleWriterLoggerProvider(ConsoleWriter console) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var severity = logLevel >= LogLevel.Error ? "error: " : logLevel == LogLevel.Warning ? "warning: " : "";
        console.Line(severity + formatter(state, exception) + (exception is null ? "" : Environment.NewLine + exception));
    }

    public void Dispose()
    {
    }
}
