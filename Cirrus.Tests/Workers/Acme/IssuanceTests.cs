using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers.Acme;

public sealed class IssuanceTests : IAsyncLifetime
{
    private AcmeFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await AcmeFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task A_domain_that_begins_to_want_a_certificate_gets_one_that_clients_accept()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var domain = await _fixture.AddDomainAsync();
        var status = await _fixture.UntilIssuedAsync(domain, () => worker.Output);

        Assert.Equal((AcmeFixture.Authority, "", 0), (status.Authority, status.Error, status.Failures));
        using var leaf = await _fixture.LeafAsync(domain);
        Assert.True(leaf.MatchesHostname(domain));
        Assert.True(leaf.HasPrivateKey);
        var summary = (await _fixture.Certificates.FindAsync(domain))!.Summary;
        Assert.Equal((CertificateSource.Acme, AcmeFixture.Authority), (summary.Source, summary.Authority));
        Assert.True(status.Next < summary.NotAfter && status.Next > DateTimeOffset.UtcNow);
        await _fixture.RequireCleanAsync(domain);
        Assert.DoesNotContain("PRIVATE KEY", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wildcard_and_its_parent_share_one_record_with_two_values()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var parent = $"{Guid.NewGuid().ToString("N")[..8]}.test";
        var domain = await _fixture.AddDomainAsync($"*.{parent}", true, parent, $"shop.{parent}");
        await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        using var leaf = await _fixture.LeafAsync(domain);
        Assert.True(leaf.MatchesHostname(parent) && leaf.MatchesHostname($"www.{parent}") && leaf.MatchesHostname($"shop.{parent}"));
        await _fixture.RequireCleanAsync(domain);
    }

    [Fact]
    public async Task A_missing_CNAME_is_told_with_the_record_to_make_and_found_once_it_is_made()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var domain = await _fixture.AddDomainAsync(cname: false);
        var record = $"_acme-challenge.{domain}. CNAME _acme-challenge.{AccessName.For(domain, AcmeFixture.Zone)}.";
        var status = await _fixture.UntilAsync(domain, s => s.Phase == AcmePhase.Failed, () => worker.Output);
        Assert.Equal($"Create {record} There is no CNAME record at _acme-challenge.{domain}.", status.Error);
        Assert.Equal((AcmeStep.CheckCname, 1), (status.Step, status.Failures));
        Assert.InRange(status.Next!.Value - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        Assert.Empty(_fixture.Proxy.Orders(domain));

        await _fixture.Names.SetCnameAsync($"_acme-challenge.{domain}", "elsewhere.test");
        Assert.True(await _fixture.QueueAsync(domain));
        status = await _fixture.UntilAsync(domain, s => s.Failures == 2);
        Assert.Equal($"Create {record} It is a CNAME to elsewhere.test.", status.Error);

        await _fixture.AddCnameAsync(domain);
        Assert.True(await _fixture.QueueAsync(domain));
        status = await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        Assert.Equal(0, status.Failures);
    }

    [Fact]
    public async Task A_validation_that_fails_is_told_in_the_words_of_the_authority_and_the_next_attempts_come_later_and_later()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var domain = AcmeFixture.NewName();
        _fixture.Mirror.Wrong.Add(domain);
        await _fixture.AddDomainAsync(domain);
        var first = await _fixture.UntilAsync(domain, s => s.Phase == AcmePhase.Failed, () => worker.Output);
        Assert.Contains($"{AcmeFixture.Authority} could not validate {domain}", first.Error, StringComparison.Ordinal);
        Assert.Contains("urn:ietf:params:acme:error:", first.Problem, StringComparison.Ordinal);
        Assert.Equal(AcmeStep.Validate, first.Step);
        await _fixture.RequireCleanAsync(domain);

        await _fixture.QueueAsync(domain);
        var second = await _fixture.UntilAsync(domain, s => s.Failures == 2);
        Assert.True(second.Next - second.Since > 2 * (first.Next - first.Since));
        var budget = (await new AuthorityStore(_fixture.Connection).BudgetsAsync(DateTimeOffset.UtcNow)).Single();
        Assert.Contains(budget.HeadRoom, h => h is { Limit: "failedValidations", Used: 2 } && h.Subject == domain);
        Assert.Equal(2, _fixture.Proxy.Orders(domain).Count);
    }

    [Fact]
    public async Task Half_of_the_orders_may_fail_and_the_others_come_all_the_same()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var names = Enumerable.Range(0, 8).Select(_ => AcmeFixture.NewName()).ToList();
        var failing = names.Where((_, i) => i % 2 == 0).ToList();
        _fixture.Mirror.Wrong.UnionWith(failing);
        foreach (var name in names)
            await _fixture.AddDomainAsync(name);

        foreach (var name in names.Except(failing))
            await _fixture.UntilIssuedAsync(name, () => worker.Output);
        foreach (var name in failing)
            await _fixture.UntilAsync(name, s => s.Phase == AcmePhase.Failed, () => worker.Output);

        _fixture.Mirror.Wrong.Clear();
        foreach (var name in failing)
        {
            await _fixture.QueueAsync(name);
            await _fixture.UntilAsync(name, s => s.Phase == AcmePhase.Issued, () => worker.Output);
        }
    }

    [Fact]
    public async Task Two_workers_place_one_order()
    {
        await using var first = await _fixture.StartWorkerAsync();
        await using var second = await _fixture.StartWorkerAsync();
        var domains = new List<string>();
        for (var i = 0; i < 6; i++)
            domains.Add(await _fixture.AddDomainAsync());
        foreach (var domain in domains)
        {
            await _fixture.UntilIssuedAsync(domain, () => first.Output + second.Output);
            Assert.Single(_fixture.Proxy.Orders(domain));
            Assert.Equal(1, (await _fixture.Certificates.FindAsync(domain))!.Revision);
        }
    }

    [Fact]
    public async Task What_an_operator_puts_while_an_order_is_under_way_stays_until_it_is_due()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var hold = _fixture.Proxy.HoldNext("/certZ/");
        var domain = await _fixture.AddDomainAsync();
        await hold.Reached;
        var (chain, key) = TestCertificate.Make([domain]);
        var own = CertificateCheck.Check(chain, key, domain, CertificateSource.Operator, DateTimeOffset.UtcNow, out _)!;
        Assert.True((await _fixture.Certificates.PutAsync(domain, own, 0, AcmeFixture.Actor)).Accepted);
        hold.Release();
        var status = await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        Assert.Equal(own.Summary.Fingerprint, (await _fixture.Certificates.FindAsync(domain))!.Summary.Fingerprint);
        Assert.InRange(status.Next!.Value, DateTimeOffset.UtcNow.AddDays(40), own.Summary.NotAfter);
        await _fixture.RequireCleanAsync(domain);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_order_that_nobody_wants_any_more_ends_cleanly(bool deleted)
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var hold = _fixture.Proxy.HoldNext("/chalZ/");
        var domain = await _fixture.AddDomainAsync();
        await hold.Reached;
        if (deleted)
            Assert.True((await _fixture.Domains.DeleteAsync(domain, AcmeFixture.Actor)).Accepted);
        else
            await _fixture.WriteDomainAsync(domain, new DomainTls());
        hold.Release();
        await Wait.UntilAsync("nothing is left of it", async () =>
            await _fixture.Tasks.FindAsync(domain) is null && (await _fixture.Challenges.ListAsync()).All(c => c.Domain != domain)
            && await _fixture.Db.SortedSetScoreAsync("cdn:acme:due", domain) is null);
        Assert.Null(await _fixture.Certificates.FindAsync(domain));
        Assert.Equal(deleted, await _fixture.Statuses.FindAsync(domain) is null);
        await _fixture.RequireCleanAsync(domain);
    }

    [Fact]
    public async Task Other_names_are_ordered_at_once()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var domain = await _fixture.AddDomainAsync();
        await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        var other = AcmeFixture.NewName();
        await _fixture.AddCnameAsync(other);
        await _fixture.WriteDomainAsync(domain, new DomainTls { Certificate = CertificateOrigin.Acme, AlternativeNames = [other] });
        await Wait.UntilAsync("the certificate has both names", async () => (await _fixture.Certificates.FindAsync(domain))!.Summary.Names.Count == 2);
        using var leaf = await _fixture.LeafAsync(domain);
        Assert.True(leaf.MatchesHostname(other));
    }

    [Fact]
    public async Task Without_an_authority_it_says_what_to_set()
    {
        await using var worker = await AcmeWorker.StartAsync(_fixture.Connection, new Dictionary<string, string?> { ["Zone__Name"] = AcmeFixture.Zone });
        var domain = await _fixture.AddDomainAsync();
        Assert.True(await _fixture.QueueAsync(domain));
        var status = await _fixture.UntilAsync(domain, s => s.Phase == AcmePhase.Failed, () => worker.Output);
        Assert.Contains("No authority is configured", status.Error, StringComparison.Ordinal);
        Assert.Null(status.Next);
    }

    [Fact]
    public async Task Terms_that_are_not_agreed_to_are_named()
    {
        await using var worker = await _fixture.StartWorkerAsync(("Acme__Authorities__0__TermsOfServiceAgreed", "false"));
        var domain = await _fixture.AddDomainAsync();
        var status = await _fixture.UntilAsync(domain, s => s.Phase == AcmePhase.Failed, () => worker.Output);
        Assert.Contains("set Acme:Authorities:0:TermsOfServiceAgreed to true", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_wait_when_the_budget_is_used_up_and_say_for_what()
    {
        await using var worker = await _fixture.StartWorkerAsync(("Acme__Authorities__0__Limits__Orders", "1"));
        var first = await _fixture.AddDomainAsync();
        await _fixture.UntilIssuedAsync(first, () => worker.Output);
        var second = await _fixture.AddDomainAsync();
        var status = await _fixture.UntilAsync(second, s => s.Phase == AcmePhase.Queued && s.Reason.Length > 0, () => worker.Output);
        Assert.Contains("1 orders in 3 hours are all the authority allows", status.Reason, StringComparison.Ordinal);
        Assert.Equal(0, status.Failures);
        Assert.InRange(status.Next!.Value - DateTimeOffset.UtcNow, TimeSpan.FromHours(2.9), TimeSpan.FromHours(4));
    }

    [Fact]
    public async Task Redis_may_restart_in_the_middle()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var hold = _fixture.Proxy.HoldNext("/finalize-order/");
        var domain = await _fixture.AddDomainAsync();
        await hold.Reached;
        await _fixture.Server.RestartAsync();
        await RedisServer.UntilBackAsync(_fixture.Connection);
        hold.Release();
        await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        Assert.Single(_fixture.Proxy.Orders(domain));
        await _fixture.RequireCleanAsync(domain);
    }
}
