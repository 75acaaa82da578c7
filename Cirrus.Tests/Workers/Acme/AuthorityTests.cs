using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>Authorities that are down, slow, rude, or speak of renewals.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private AcmeFixture? _fixture;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_fixture is not null)
            await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task An_authority_that_rejects_half_of_the_nonces_and_takes_its_time_is_put_up_with()
    {
        _fixture = await AcmeFixture.StartAsync(new PebbleOptions { NonceRejection = 50, ValidationSleep = 2 });
        await using var worker = await _fixture.StartWorkerAsync();
        var domains = new List<string>();
        for (var i = 0; i < 4; i++)
            domains.Add(await _fixture.AddDomainAsync());
        foreach (var domain in domains)
        {
            await _fixture.UntilIssuedAsync(domain, () => worker.Output);
            Assert.Single(_fixture.Proxy.Orders(domain));
        }
    }

    [Fact]
    public async Task A_second_authority_is_asked_while_the_first_is_down_and_the_first_again_when_it_works()
    {
        _fixture = await AcmeFixture.StartAsync();
        await using var other = await Pebble.StartAsync(_fixture.Names.Dns);
        await _fixture.Pebble.KillAsync();
        await using var worker = await _fixture.StartWorkerAsync(
            ("Acme__Authorities__1__Name", "second"), ("Acme__Authorities__1__Directory", other.Directory.ToString()),
            ("Acme__Authorities__1__CaBundle", other.CaBundle), ("Acme__Authorities__1__TermsOfServiceAgreed", "true"));
        // Known to be down from before, so that the test need not see it fail as often.
        await new AuthorityStore(_fixture.Connection).FailedAsync(
            AcmeFixture.Authority, new AuthorityStanding(1, DateTimeOffset.UtcNow, "It does not answer."));
        var domain = await _fixture.AddDomainAsync();
        var status = await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        Assert.Equal("second", status.Authority);
        Assert.Equal("second", (await _fixture.Certificates.FindAsync(domain))!.Summary.Authority);

        await _fixture.Pebble.RestartAsync();
        var standing = await new AuthorityStore(_fixture.Connection).StandingAsync(AcmeFixture.Authority);
        Assert.True(standing.Failures >= 2);
        await new AuthorityStore(_fixture.Connection).FailedAsync(AcmeFixture.Authority, standing with { FailedAt = DateTimeOffset.UtcNow.AddHours(-1) });
        var next = await _fixture.AddDomainAsync();
        Assert.Equal(AcmeFixture.Authority, (await _fixture.UntilIssuedAsync(next, () => worker.Output)).Authority);
        Assert.Equal(AuthorityStanding.Good, await new AuthorityStore(_fixture.Connection).StandingAsync(AcmeFixture.Authority));
    }

    [Fact]
    public async Task An_authority_that_has_forgotten_us_gets_to_know_us_again()
    {
        _fixture = await AcmeFixture.StartAsync();
        await using var worker = await _fixture.StartWorkerAsync();
        await _fixture.UntilIssuedAsync(await _fixture.AddDomainAsync(), () => worker.Output);
        await _fixture.Pebble.RestartAsync();
        await _fixture.UntilIssuedAsync(await _fixture.AddDomainAsync(), () => worker.Output);
        Assert.Equal(2, _fixture.Proxy.Count("/sign-me-up"));
    }

    [Fact]
    public async Task A_certificate_is_renewed_in_the_window_that_the_authority_suggests_and_counts_for_nothing()
    {
        _fixture = await AcmeFixture.StartAsync();
        string? revoked = null;
        _fixture.Proxy.Window = id => id == Volatile.Read(ref revoked)
            ? (DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(-1)) : (DateTimeOffset.UtcNow.AddDays(300), DateTimeOffset.UtcNow.AddDays(301));
        await using var worker = await _fixture.StartWorkerAsync();
        var domain = await _fixture.AddDomainAsync();
        var status = await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        Assert.Contains("The authority suggests a renewal between", status.Reason, StringComparison.Ordinal);
        Assert.Contains("https://ca.example/why", status.Reason, StringComparison.Ordinal);
        Assert.InRange(status.Next!.Value - DateTimeOffset.UtcNow, TimeSpan.FromHours(5), TimeSpan.FromHours(6.1));

        // As if six hours had passed, after which it wants it at once.
        var first = (await _fixture.Certificates.FindAsync(domain))!;
        Volatile.Write(ref revoked, first.Summary.RenewalId);
        await _fixture.Db.SortedSetAddAsync("cdn:acme:due", domain, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        await _fixture.Statuses.RingAsync(domain);
        await Wait.UntilAsync("it is replaced", async () => (await _fixture.Certificates.FindAsync(domain))!.Revision == 2);
        Assert.Equal(first.Summary.RenewalId, (string?)_fixture.Proxy.Orders(domain)[1]["replaces"]);
        Assert.Equal(first.Present, (await _fixture.Certificates.FindAsync(domain))!.Present);
        var budget = (await new AuthorityStore(_fixture.Connection).BudgetsAsync(DateTimeOffset.UtcNow)).Single();
        Assert.Equal(1, budget.HeadRoom.Single(h => h.Limit == "orders").Used);
        Assert.Equal(1, budget.HeadRoom.Single(h => h.Limit == "certificatesPerSet").Used);
    }

    [Fact]
    public async Task Certificates_of_seconds_are_renewed_in_time_again_and_again()
    {
        _fixture = await AcmeFixture.StartAsync(new PebbleOptions { CertificateValidity = TimeSpan.FromSeconds(20) });
        await using var worker = await _fixture.StartWorkerAsync(("Acme__Authorities__0__Limits__CertificatesPerSet", "0"));
        var domain = await _fixture.AddDomainAsync();
        await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        var ends = (await _fixture.Certificates.FindAsync(domain))!.Summary.NotAfter;
        for (var revision = 2; revision <= 3; revision++)
        {
            StoredCertificate? next = null;
            await Wait.UntilAsync($"revision {revision}", async () => (next = await _fixture.Certificates.FindAsync(domain))!.Revision >= revision);
            Assert.True(DateTimeOffset.UtcNow < ends, $"It was replaced after it had ended. {worker.Output}");
            ends = next!.Summary.NotAfter;
        }
    }
}
