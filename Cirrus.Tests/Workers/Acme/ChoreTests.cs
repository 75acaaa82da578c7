using System.Text.Json;
using Cirrus.Core.Acme;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers.Acme;

public sealed class ChoreTests : IAsyncLifetime
{
    private AcmeFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await AcmeFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task A_certificate_is_revoked_and_an_account_gets_another_key_when_an_operator_asks()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var domain = await _fixture.AddDomainAsync();
        await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        var chores = new AuthorityChoreStore(_fixture.Connection, _fixture.Sealing);
        var accounts = new AcmeAccountStore(_fixture.Connection, _fixture.Sealing);

        using var leaf = await _fixture.LeafAsync(domain);
        var stored = (await _fixture.Certificates.FindAsync(domain))!;
        Assert.True((await _fixture.Certificates.DeleteAsync(domain, stored.Revision, new Actor("user:ada"), RevocationReason.KeyCompromise)).Accepted);
        await Wait.UntilAsync("it is revoked", async () => (await _fixture.Pebble.StatusAsync(leaf)).GetProperty("Status").GetString() == "Revoked");
        await Wait.UntilAsync("nothing is left of it", async () => !await _fixture.Db.KeyExistsAsync("cdn:acme:revocations"));

        var before = (await accounts.FindAsync(AcmeFixture.Authority))!;
        Assert.True(await chores.RequestRolloverAsync(AcmeFixture.Authority, new Actor("user:ada")));
        await Wait.UntilAsync("the account has another key", async () => (await accounts.FindAsync(AcmeFixture.Authority))!.KeyPem != before.KeyPem);
        Assert.Equal(before.Url, (await accounts.FindAsync(AcmeFixture.Authority))!.Url);
        await _fixture.UntilIssuedAsync(await _fixture.AddDomainAsync(), () => worker.Output);
        Assert.Equal(1, _fixture.Proxy.Count("/rollover-account-key"));
        Assert.DoesNotContain("PRIVATE KEY", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revocation_whose_key_can_not_be_opened_stays_and_holds_nothing_up()
    {
        await using var worker = await _fixture.StartWorkerAsync();
        var domain = await _fixture.AddDomainAsync();
        await _fixture.UntilIssuedAsync(domain, () => worker.Output);
        var (_, chain) = (await _fixture.Certificates.FindWithChainAsync(domain))!.Value;
        await _fixture.Db.HashSetAsync("cdn:acme:revocations", "0000", JsonSerializer.Serialize(new
        {
            domain,
            authority = AcmeFixture.Authority,
            fullchainPem = chain,
            keyPem = "sealed:v1:00000000:AAAA",
            reason = "superseded",
            requestedBy = "user:ada",
        }));
        var chores = new AuthorityChoreStore(_fixture.Connection, _fixture.Sealing);

        Assert.True(await chores.RequestRolloverAsync(AcmeFixture.Authority, new Actor("user:ada")));
        await Wait.UntilAsync("the account has another key", async () => (await chores.RolloversAsync()).Count == 0);
        Assert.Single(await chores.RevocationsAsync());
        await Wait.UntilAsync("the log names the key", () => worker.Output.Contains("sealed with key 00000000", StringComparison.Ordinal));
    }
}
