using Cirrus.Core.Acme;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>A worker is killed at each step, and another one finishes: one certificate, one order, nothing left.</summary>
public sealed class KillTests : IAsyncLifetime
{
    private AcmeFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await AcmeFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [InlineData(AcmeStep.Account, "/sign-me-up", false)]
    [InlineData(AcmeStep.Account, "/sign-me-up", true)]
    [InlineData(AcmeStep.Order, "/order-plz", false)]
    [InlineData(AcmeStep.PublishChallenges, "/authZ/", false)]
    [InlineData(AcmeStep.Validate, "/chalZ/", false)]
    [InlineData(AcmeStep.Validate, "/chalZ/", true)]
    [InlineData(AcmeStep.Finalize, "/finalize-order/", false)]
    [InlineData(AcmeStep.Finalize, "/finalize-order/", true)]
    [InlineData(AcmeStep.Download, "/certZ/", true)]
    // The certificate is in its place; the order's end is not written down yet.
    [InlineData(AcmeStep.Install, "/renewal-info", false)]
    public async Task Killed_while_the_authority_is_asked(string step, string path, bool answered)
    {
        _fixture.Proxy.Window = _ => (DateTimeOffset.UtcNow.AddDays(300), DateTimeOffset.UtcNow.AddDays(301));
        var hold = _fixture.Proxy.HoldNext(path, answered);
        await RequireFinishedByAnotherAsync(step, () => hold.Reached);
    }

    [Fact]
    public async Task Killed_while_the_name_servers_do_not_serve_the_challenge_yet()
    {
        _fixture.Mirror.Paused = true;
        await RequireFinishedByAnotherAsync(AcmeStep.AwaitSecondaries, () => Task.CompletedTask, () => _fixture.Mirror.Paused = false);
    }

    [Fact]
    public async Task Killed_while_the_customers_CNAME_is_looked_up()
    {
        // A port where nobody answers.
        using var deaf = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await RequireFinishedByAnotherAsync(AcmeStep.CheckCname, () => Task.CompletedTask, null, ("Acme__Resolver", $"{deaf.Client.LocalEndPoint}"));
    }

    /// <summary>An answer that never came: nobody can know whether there is an order, so there may be a second one, but no second certificate.</summary>
    [Fact]
    public async Task Killed_between_an_order_and_the_news_of_it()
    {
        var hold = _fixture.Proxy.HoldNext("/order-plz", answered: true);
        await RequireFinishedByAnotherAsync(AcmeStep.Order, () => hold.Reached, orders: 2);
    }

    [Fact]
    public async Task A_domain_that_is_deleted_while_the_worker_at_it_is_dead_leaves_nothing_after_the_next_scan()
    {
        var hold = _fixture.Proxy.HoldNext("/chalZ/");
        var domain = await _fixture.AddDomainAsync();
        await using (var first = _fixture.StartProcess())
        {
            await hold.Reached;
            await first.KillAsync();
        }
        Assert.True((await _fixture.Domains.DeleteAsync(domain, AcmeFixture.Actor)).Accepted);
        await using var second = await _fixture.StartWorkerAsync(("Acme__RenewalScan", "* * * * * *"));
        await Wait.UntilAsync("nothing is left of it", async () =>
            await _fixture.Tasks.FindAsync(domain) is null && (await _fixture.Challenges.ListAsync()).All(c => c.Domain != domain));
        await _fixture.RequireCleanAsync(domain);
    }

    private async Task RequireFinishedByAnotherAsync(
        string step, Func<Task> reached, Action? afterwards = null, (string, string?)? setting = null, int orders = 1)
    {
        var domain = await _fixture.AddDomainAsync();
        await _fixture.QueueAsync(domain);
        await using (var first = _fixture.StartProcess(setting is { } one ? [one] : []))
        {
            await reached();
            await _fixture.UntilAsync(domain, s => s is { Phase: AcmePhase.Running } && s.Step == step, () => first.Output);
            await first.KillAsync();
        }
        // What is held dies with its connection.
        afterwards?.Invoke();
        Assert.InRange((await _fixture.Db.KeyTimeToLiveAsync($"cdn:acme:lock:{domain}")).GetValueOrDefault(), TimeSpan.Zero, AcmeFixture.KilledLease);

        await using var second = await _fixture.StartWorkerAsync();
        await _fixture.UntilIssuedAsync(domain, () => second.Output);
        Assert.Equal(orders, _fixture.Proxy.Orders(domain).Count);
        Assert.Equal(1, _fixture.Proxy.Count("/finalize-order/"));
        Assert.Equal(1, (await _fixture.Certificates.FindAsync(domain))!.Revision);
        using var leaf = await _fixture.LeafAsync(domain);
        Assert.True(leaf.MatchesHostname(domain));
        await _fixture.RequireCleanAsync(domain);
    }
}
