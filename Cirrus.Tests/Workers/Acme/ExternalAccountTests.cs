using Cirrus.Tests.Programs;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

public sealed class ExternalAccountTests : IAsyncLifetime
{
    private const string Secret = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    private readonly AccountKey _key = AccountKey.Create();
    private AcmeStack _stack = null!;

    public async Task InitializeAsync() => _stack = await AcmeStack.StartAsync(
        new PebbleOptions { ExternalAccounts = new Dictionary<string, string> { ["customer-1"] = Secret } });

    public async Task DisposeAsync()
    {
        _key.Dispose();
        await _stack.DisposeAsync();
    }

    [Fact]
    public async Task A_customer_of_the_CA_gets_an_account()
    {
        var account = await CreateAsync(new ExternalAccount("customer-1", Secret));

        Assert.Equal(account.Url, (await _stack.Client.FindAccountAsync(_key, default))!.Url);
    }

    [Fact]
    public async Task Whoever_names_no_external_account_is_told_what_to_set()
    {
        var refused = await Assert.ThrowsAsync<AcmeException>(() => CreateAsync(null));

        Assert.StartsWith("Pebble gives accounts to its customers only", refused.Message, StringComparison.Ordinal);
        Assert.Contains("HMAC key", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("customer-2", Secret)]
    [InlineData("customer-1", "b10lLJs8l1GPIzsLP0s6pMt8O0XVGnfTaCeROxQM0BIt2XrJMDHJZBM5NuQmQJQH")]
    public async Task A_wrong_one_is_refused_without_its_secret_in_the_words(string keyId, string secret)
    {
        var refused = await Assert.ThrowsAsync<AcmeException>(() => CreateAsync(new ExternalAccount(keyId, secret)));

        Assert.NotNull(refused.Problem);
        Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal);
    }

    private Task<AcmeAccount> CreateAsync(ExternalAccount? external) =>
        _stack.Client.CreateAccountAsync(_key, [AcmeStack.Contact], true, external, default);
}
