using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

public sealed class AccountTests(OrdinaryCa ca) : IClassFixture<OrdinaryCa>
{
    private readonly AcmeStack _stack = ca.Stack;

    private AcmeClient Client => _stack.Client;

    [Fact]
    public async Task The_directory_says_what_there_is_to_agree_to()
    {
        var directory = await Client.GetDirectoryAsync(default);

        Assert.NotNull(directory.TermsOfService);
        Assert.False(directory.ExternalAccountRequired);
        Assert.Same(directory, await Client.GetDirectoryAsync(default));
    }

    [Fact]
    public async Task A_key_has_one_account_however_often_it_is_made()
    {
        using var key = AccountKey.Create();
        Assert.Null(await Client.FindAccountAsync(key, default));

        var first = await Client.CreateAccountAsync(key, [AcmeStack.Contact], true, null, default);
        var second = await Client.CreateAccountAsync(key, [], true, null, default);

        Assert.Equal(first.Url, second.Url);
        Assert.Equal(first.Url, (await Client.FindAccountAsync(key, default))!.Url);
    }

    [Fact]
    public async Task Without_agreement_to_the_terms_there_is_no_account()
    {
        using var key = AccountKey.Create();

        var refused = await Assert.ThrowsAsync<AcmeException>(() => Client.CreateAccountAsync(key, [], termsAgreed: false, null, default));

        Assert.StartsWith("Pebble refused the account: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("terms", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(refused.Problem);
    }

    [Fact]
    public async Task The_contact_can_be_changed()
    {
        var account = await _stack.NewAccountAsync();

        await Client.UpdateContactAsync(account, ["mailto:night@example.com", "day@example.com"], default);
        var refused = await Assert.ThrowsAsync<AcmeException>(() => Client.UpdateContactAsync(account, ["tel:+123"], default));

        Assert.Contains("unsupportedContact", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_rollover_only_the_new_key_opens_the_account()
    {
        var account = await _stack.NewAccountAsync();
        using var newKey = AccountKey.Create();

        var rolled = await Client.ChangeKeyAsync(account, newKey, default);

        Assert.Equal(account.Url, rolled.Url);
        Assert.Equal(account.Url, (await Client.FindAccountAsync(newKey, default))!.Url);
        await Client.NewOrderAsync(rolled, [AcmeStack.Name()], null, default);
        await Assert.ThrowsAsync<AcmeException>(() => Client.NewOrderAsync(account, [AcmeStack.Name()], null, default));
    }

    [Fact]
    public async Task A_key_that_has_an_account_is_not_taken_for_another()
    {
        var one = await _stack.NewAccountAsync();
        var other = await _stack.NewAccountAsync();

        var refused = await Assert.ThrowsAsync<AcmeException>(() => Client.ChangeKeyAsync(one, other.Key, default));

        Assert.NotNull(refused.Problem);
        Assert.Contains("the account's new key: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_has_ended_orders_nothing()
    {
        var account = await _stack.NewAccountAsync();

        await Client.DeactivateAccountAsync(account, default);

        var refused = await Assert.ThrowsAsync<AcmeException>(() => Client.NewOrderAsync(account, [AcmeStack.Name()], null, default));
        Assert.True(refused.Problem!.Is("unauthorized"), refused.Message);
    }

    [Fact]
    public async Task A_CA_that_has_forgotten_the_account_says_so()
    {
        var account = await _stack.NewAccountAsync();
        await _stack.Pebble.RestartAsync();

        var refused = await Assert.ThrowsAsync<AcmeException>(() => Client.NewOrderAsync(account, [AcmeStack.Name()], null, default));

        Assert.True(refused.Problem!.Is("accountDoesNotExist"), refused.Message);
    }

    [Fact]
    public async Task A_CA_of_ones_own_is_trusted_by_its_bundle_only()
    {
        using var http = AcmeHttp.Create();
        var client = new AcmeClient(http, _stack.Pebble.Directory, TimeProvider.System, "Pebble");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        var refused = await Assert.ThrowsAsync<AcmeException>(() => client.GetDirectoryAsync(limit.Token));

        Assert.Contains("CA bundle", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bundle_does_not_make_a_wrong_name_right()
    {
        var wrong = new Uri(_stack.Pebble.Directory.AbsoluteUri.Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        using var http = AcmeHttp.Create(_stack.Pebble.CaBundle);
        var client = new AcmeClient(http, wrong, TimeProvider.System, "Pebble");

        await Assert.ThrowsAsync<AcmeException>(() => client.GetDirectoryAsync(default));
    }
}
