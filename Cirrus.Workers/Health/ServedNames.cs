using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Health;

/// <summary>Names that every node must have a certificate for by now, some of them: probes by HTTPS ask for one of these.</summary>
internal sealed class ServedNames(CertificateStore certificates, IOptions<HealthOptions> options, TimeProvider time)
{
    private const int Sample = 64;

    // What was found at the last look has been there since then: a node that has not applied it by now is behind.
    private readonly TimeSpan _each = options.Value.Lag * 2;
    private string[] _ripe = [];
    private string[] _found = [];
    private long? _lookedAt;

    public bool IsAny => Volatile.Read(ref _ripe).Length > 0;

    /// <summary>A few of them at random.</summary>
    public IReadOnlyList<string> Some(int count)
    {
        var names = Volatile.Read(ref _ripe);
        return names.Length <= count ? names : [.. Random.Shared.GetItems(names, count).Distinct()];
    }

    /// <summary>Looks what there is, if that is due.</summary>
    public async Task LookAsync()
    {
        if (_lookedAt is { } at && time.GetElapsedTime(at) < _each)
            return;
        var found = await certificates.SampleAsync(Sample, time.GetUtcNow());
        Volatile.Write(ref _ripe, _found);
        _found = [.. found];
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>Whether a node that shows none for any of these is at fault: all still have one, as far as anybody can tell.</summary>
    public async Task<bool> AreStillServedAsync(IReadOnlyList<string> names)
    {
        try
        {
            var now = time.GetUtcNow();
            var valid = await Task.WhenAll(names.Select(n => certificates.IsValidAsync(n, now))).WaitAsync(options.Value.Timeout, time);
            return valid.All(v => v);
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            return false;
        }
    }
}
