using System.Collections.Concurrent;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Steering;
using Cirrus.Dns;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Dns.Signing;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>How keys for answers by region come from Redis.</summary>
public sealed class RegionalKeysTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Owner = OwnerName.Of("www");
    private static readonly RecordSet Set = new(RecordType.A, 60, [[192, 0, 2, 1]]);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly CurrentZone _current = new();
    private readonly Lines _said = new();
    private RedisServer _redis = null!;
    private ConnectionMultiplexer _connection = null!;
    private RegionalSignatures.Hand _hand = null!;
    private RegionalKeys _keys = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        var connection = ConfigurationOptions.Parse(_redis.ConnectionString);
        connection.AbortOnConnectFail = false;
        // While it is away nothing is kept to be asked later.
        connection.BacklogPolicy = BacklogPolicy.FailFast;
        connection.ReconnectRetryPolicy = new LinearRetry(100);
        _connection = await ConnectionMultiplexer.ConnectAsync(connection);

        var dns = Options.Create(new DnsOptions { Direct = new DirectOptions { Listen = "127.0.0.1:53", Database = "none" } });
        var regional = new RegionalZone(dns);
        regional.Build(new ZoneDraft(TestZone.Input([])));
        var signatures = new RegionalSignatures(_time, TimeSpan.FromDays(9));
        _hand = signatures.NewHand();
        _keys = new RegionalKeys(
            _current, regional, new DnssecKeyStore(_connection, KeySealing.Parse(null)), signatures,
            Options.Create(new ZoneOptions { Name = TestZone.Name }), dns, _time, _said);
        Offer();
    }

    public async Task DisposeAsync()
    {
        await _keys.StopAsync(default);
        await _connection.DisposeAsync();
        await _redis.DisposeAsync();
    }

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task Keys_are_looked_for_until_there_are_some_without_another_zone()
    {
        Assert.False(await _keys.RefreshAsync());
        await _keys.StartAsync(default);
        await PutKeysAsync();
        await UntilSignedAsync();
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Without_Redis_that_is_said_once_and_keys_are_read_when_it_is_back()
    {
        await PutKeysAsync();
        await _redis.KillAsync();
        await Wait.UntilAsync("it is away", () => !_connection.IsConnected);
        await _keys.StartAsync(default);
        await Wait.UntilAsync("it is said", () => !_said.IsEmpty);
        for (var i = 0; i < 3; i++)
            Assert.False(await _keys.RefreshAsync());
        Assert.Contains("no answers by region", Assert.Single(_said), StringComparison.Ordinal);
        Assert.Null(_hand.Of(Owner, 1, Set));

        await _redis.RestartAsync();
        await UntilSignedAsync();
        await _redis.KillAsync();
        await Wait.UntilAsync("it is away again", () => !_connection.IsConnected);
        Offer();
        await Wait.UntilAsync("that is said, too", () => _said.Count == 2);
        Assert.Contains("known before", _said.Last(), StringComparison.Ordinal);
        Assert.NotNull(_hand.Of(Owner, 1, Set));
    }

    private Task UntilSignedAsync() => Wait.UntilAsync("a region's addresses are signed", () =>
    {
        _time.Advance(RegionalKeys.Pause);
        return _hand.Of(Owner, 1, Set) is not null;
    });

    private async Task PutKeysAsync()
    {
        var store = new DnssecKeyStore(_connection, KeySealing.Parse(null));
        var keys = KeyRoll.Missing(DnssecKeys.None, new KeyTimes(default, default, default, default, default), _time.GetUtcNow())
            .Aggregate(DnssecKeys.None, (all, m) => store.WithNew(TestZone.Name, all, m.Kind, m.State, _time.GetUtcNow()));
        Assert.True((await store.PutAsync(TestZone.Name, keys, new Actor("test"), "dnssec-keys")).Accepted);
    }

    private void Offer()
    {
        var (keys, time) = (ZoneSignerTests.NewKeys(), new SigningTime(_time.GetUtcNow(), TimeSpan.FromDays(9)));
        var signed = ZoneSigner.Sign(ZoneBuilder.Build(TestZone.Input([])), null, Denial.Of(Denial.Nsec, keys.Origin), keys, time, true);
        _current.Replace(new ZoneSnapshot(signed, 7, TestZone.Change));
    }

    private sealed class Lines : ConcurrentQueue<string>, ILogger<RegionalKeys>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue(formatter(state, exception));
    }
}
