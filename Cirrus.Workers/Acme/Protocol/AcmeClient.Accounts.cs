using System.Text.Json;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Accounts (RFC 8555 section 7.3).</summary>
internal sealed partial class AcmeClient
{
    private const string Account = "the account";

    /// <summary>Makes an account for a key, or finds the one it has; that one keeps its contact.</summary>
    /// <param name="contact">Mail addresses, with or without <c>mailto:</c>.</param>
    /// <param name="termsAgreed">To the terms of service in the directory.</param>
    public async Task<AcmeAccount> CreateAccountAsync(
        AccountKey key, IReadOnlyList<string> contact, bool termsAgreed, ExternalAccount? external, CancellationToken cancellation)
    {
        var directory = await GetDirectoryAsync(cancellation);
        if (directory.ExternalAccountRequired && external is null)
        {
            throw new AcmeException(
                $"{Name} gives accounts to its customers only (externalAccountRequired in its directory): "
                + $"set the key id and the HMAC key that you have from it.{(directory.Website is { } site ? $" See {site}." : "")}");
        }
        var binding = external is null ? (JsonElement?)null : JsonElement.Parse(Jws.Binding(external, key.Signing, directory.NewAccount));
        return await AccountAsync(key, new AccountRequest(termsAgreed ? true : null, null, Addresses(contact), binding), cancellation);
    }

    /// <summary>The account of a key; null when it has none.</summary>
    public async Task<AcmeAccount?> FindAccountAsync(AccountKey key, CancellationToken cancellation)
    {
        try
        {
            return await AccountAsync(key, new AccountRequest(null, true, null, null), cancellation);
        }
        catch (AcmeException e) when (e.Problem?.Is("accountDoesNotExist") == true)
        {
            return null;
        }
    }

    public async Task UpdateContactAsync(AcmeAccount account, IReadOnlyList<string> contact, CancellationToken cancellation)
    {
        var payload = Payload(new AccountRequest(null, null, Addresses(contact), null));
        await PostAsync(account, account.Url, payload, "the account's contact", cancellation);
    }

    /// <summary>Gives the account another key (RFC 8555 section 7.3.5); the old one opens it no more.</summary>
    public async Task<AcmeAccount> ChangeKeyAsync(AcmeAccount account, AccountKey newKey, CancellationToken cancellation)
    {
        var url = (await GetDirectoryAsync(cancellation)).KeyChange;
        var change = JsonSerializer.SerializeToUtf8Bytes(
            new KeyChangeRequest(account.Url, JsonElement.Parse(account.Key.Signing.Jwk)), AcmeJson.Default.KeyChangeRequest);
        await PostAsync(account, url, Jws.Inner(newKey.Signing, url, change), "the account's new key", cancellation);
        return account with { Key = newKey };
    }

    /// <summary>Ends the account for good.</summary>
    public async Task DeactivateAccountAsync(AcmeAccount account, CancellationToken cancellation) =>
        await PostAsync(account, account.Url, Deactivated(), "the end of the account", cancellation);

    private async Task<AcmeAccount> AccountAsync(AccountKey key, AccountRequest request, CancellationToken cancellation)
    {
        var directory = await GetDirectoryAsync(cancellation);
        // A second account for a key is the first one.
        var reply = await _channel.PostAsync(
            key.Signing, null, directory.NewNonce, directory.NewAccount, Payload(request), Account, cancellation, repeatable: true);
        return new AcmeAccount(Required(reply.Location, "Location", Account), key);
    }

    private static byte[] Payload(AccountRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, AcmeJson.Default.AccountRequest);

    private static byte[] Deactivated() => JsonSerializer.SerializeToUtf8Bytes(new StatusRequest("deactivated"), AcmeJson.Default.StatusRequest);

    private static IReadOnlyList<string> Addresses(IReadOnlyList<string> contact) =>
        [.. contact.Select(c => c.Contains(':', StringComparison.Ordinal) ? c : $"mailto:{c}")];
}
