using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>Opens our account at an authority; makes it where there is none.</summary>
internal sealed partial class AcmeAccounts(AcmeAccountStore store, ILogger<AcmeAccounts> logger)
{
    private readonly ILogger _logger = logger;

    /// <param name="anew">The authority does not know the account it gave us.</param>
    public async Task<AcmeAccount> OpenAsync(Authority authority, CancellationToken cancellation, bool anew = false)
    {
        // Read each time: another worker may have changed the key.
        var stored = await store.FindAsync(authority.Name);
        if (stored?.Url is { } url && !anew)
            return new AcmeAccount(new Uri(url), AccountKey.FromPem(stored.KeyPem));

        await RequireTermsAsync(authority, cancellation);
        if (stored is null)
        {
            using var fresh = AccountKey.Create();
            // Kept before it is shown to the authority: whoever is killed in between, the account is found again by its key.
            stored = await store.AddKeyAsync(authority.Name, fresh.ToPem());
        }
        var key = AccountKey.FromPem(stored.KeyPem);
        var account = await authority.Client.CreateAccountAsync(
            key, Contact(authority.Options), authority.Options.TermsOfServiceAgreed, External(authority.Options), cancellation);
        await store.PutAsync(authority.Name, stored with { Url = account.Url.ToString() });
        LogOpened(authority.Name, account.Url);
        return account;
    }

    /// <summary>Whether this is an authority's word that it does not know the account.</summary>
    public static bool IsUnknown(AcmeException e) => e.Problem?.Is("accountDoesNotExist") == true;

    private static async Task RequireTermsAsync(Authority authority, CancellationToken cancellation)
    {
        var directory = await authority.Client.GetDirectoryAsync(cancellation);
        if (directory.TermsOfService is { } terms && !authority.Options.TermsOfServiceAgreed)
        {
            throw new AcmeException(
                $"{authority.Name} gives an account only to those who agree to its terms of service, {terms}: read them, then set "
                + $"{authority.Key}:TermsOfServiceAgreed to true.");
        }
    }

    private static IReadOnlyList<string> Contact(AuthorityOptions options) => string.IsNullOrEmpty(options.Contact) ? [] : [options.Contact];

    private static ExternalAccount? External(AuthorityOptions options) =>
        string.IsNullOrEmpty(options.EabKeyId) ? null : new ExternalAccount(options.EabKeyId, options.EabHmacKey!);

    [LoggerMessage(LogLevel.Information, "The account at {Authority} is {Url}")]
    private partial void LogOpened(string authority, Uri url);
}
