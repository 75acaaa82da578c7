using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Zones;

/// <summary>Whether this process is the one that gives the zone its serials. Of several one leads; when it ends, another does within seconds.</summary>
internal sealed partial class Leadership(ZoneStore store, IOptions<ZoneOptions> options, ILogger<Leadership> logger)
{
    private readonly ILogger _logger = logger;
    private TaskCompletionSource _taken = NewSignal();
    private volatile bool _isHeld;

    /// <summary>Each write depends on it.</summary>
    public Lease Lease { get; } = store.LeaseOf(options.Value.Name);

    /// <summary>As it was known last.</summary>
    public bool IsHeld => _isHeld;

    /// <summary>Ends when this process leads.</summary>
    public Task Taken => Volatile.Read(ref _taken).Task;

    /// <summary>Takes the lead if nobody has it, or keeps it.</summary>
    public async Task TryAsync()
    {
        if (await Lease.HoldAsync())
            Take();
        else
            Lose();
    }

    /// <summary>Another leads by now.</summary>
    public void Lose()
    {
        if (!_isHeld)
            return;
        _isHeld = false;
        Volatile.Write(ref _taken, NewSignal());
        LogLost(options.Value.Name);
    }

    private void Take()
    {
        if (_isHeld)
            return;
        _isHeld = true;
        LogTaken(options.Value.Name);
        _taken.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Information, "This process leads: it gives zone {Zone} its serials")]
    private partial void LogTaken(string zone);

    [LoggerMessage(LogLevel.Warning, "Another process leads now: it gives zone {Zone} its serials")]
    private partial void LogLost(string zone);
}
