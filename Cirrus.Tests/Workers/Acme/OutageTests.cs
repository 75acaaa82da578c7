using Cirrus.Core.Acme;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Workers.Acme;

public sealed class OutageTests : IAsyncLifetime
{
    private AcmeFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await AcmeFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task An_authority_that_is_down_for_an_hour_is_asked_less_and_less_often_and_then_issues()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await _fixture.Pebble.KillAsync();
        await using var worker = await AcmeWorker.StartAsync(_fixture.Connection, _fixture.Settings(("Acme__Lease", "00:10:00")), time);
        var domain = await _fixture.AddDomainAsync();
        var begun = time.GetUtcNow();
        var failures = new List<DateTimeOffset>();
        while (time.GetUtcNow() < begun.AddHours(1))
        {
            // Nothing is waited for that takes time.
            if (await AdvanceAsync(time, domain, TimeSpan.FromMilliseconds(250)) is { Phase: AcmePhase.Failed } failed && failed.Failures > failures.Count)
                failures.Add(failed.Since);
        }
        Assert.InRange(failures.Count, 6, 20);
        Assert.True(failures[^1] - failures[^2] > 3 * (failures[1] - failures[0]), string.Join('\n', failures));

        await _fixture.Pebble.RestartAsync();
        AcmeStatus? status = null;
        await Wait.UntilAsync("the certificate is issued", async () =>
        {
            await AdvanceAsync(time, domain, TimeSpan.FromMilliseconds(25));
            return (status = await _fixture.Statuses.FindAsync(domain)) is { Phase: AcmePhase.Issued };
        });
        Assert.True(time.GetUtcNow() < begun.AddHours(1.5), $"{time.GetUtcNow() - begun}");
        Assert.Equal((0, ""), (status!.Failures, status.Error));
        Assert.Single(_fixture.Proxy.Orders(domain));
    }

    // Straight to the next attempt; while one is under way, by a step that lets real answers come in time. Returns what was known before.
    private async Task<AcmeStatus?> AdvanceAsync(FakeTimeProvider time, string domain, TimeSpan step)
    {
        await Task.Delay(10);
        var status = await _fixture.Statuses.FindAsync(domain);
        time.Advance(status is { Phase: AcmePhase.Failed, Next: { } next } && next > time.GetUtcNow()
            ? next - time.GetUtcNow() + TimeSpan.FromMilliseconds(1) : step);
        return status;
    }
}
