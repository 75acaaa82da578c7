using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using Cirrus.Workers.Acme.Protocol;
using StackExchange.Redis;

namespace Cirrus.Workers.Acme;

/// <summary>Revokes certificates and changes the keys of accounts when an operator has asked for it; of several workers one at a time.</summary>
internal sealed partial class AuthorityChores(
    IConnectionMultiplexer redis, AuthorityChoreStore chores, AcmeAccountStore accountStore, AcmeAccounts accounts, Authorities authorities,
    TimeProvider time, ILogger<AuthorityChores> logger) : BackgroundService
{
    // After a failure, or a bell that was lost.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var bell = await Bell.ListenAsync(redis, RedisKeys.AcmeBell);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await using var hold = await LeaseHold.TakeAsync(
                        new Lease(redis, "acme-chores", Lease), Lease, () => Task.CompletedTask, time, stoppingToken);
                    if (hold is not null)
                        await DoAsync(hold.Token);
                }
                catch (Exception e) when (e.IsRedisAway() || e is SealedKeyException)
                {
                    LogNotDone(e.Message);
                }
                catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
                {
                    // The lease is lost: whoever has it goes on.
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever is wrong with one of them must not end the process.
                    LogBroken(e);
                }
                await bell.WaitAsync(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Does what has been asked for.</summary>
    public async Task DoAsync(CancellationToken cancellation)
    {
        // Another worker may have some, or this one later.
        if (!authorities.Any)
            return;
        foreach (var (fingerprint, revocation) in await chores.RevocationsAsync())
            await RevokeAsync(fingerprint, revocation, cancellation);
        foreach (var name in await chores.RolloversAsync())
        {
            if (authorities.Find(name) is { } authority)
                await ChangeKeyAsync(authority, cancellation);
        }
    }

    private async Task RevokeAsync(string fingerprint, Revocation revocation, CancellationToken cancellation)
    {
        // One that we did not order may be of any of them; its own key proves that it is ours to revoke.
        foreach (var authority in authorities.Find(revocation.Authority) is { } issuer ? [issuer] : authorities.All)
        {
            try
            {
                using var leaf = X509Certificate2.CreateFromPem(revocation.FullchainPem);
                using var key = SigningKey.FromPem(chores.OpenKey(revocation));
                await authority.Client.RevokeAsync(key, leaf, revocation.Reason, cancellation);
                LogRevoked(revocation.Domain, fingerprint, authority.Name, revocation.RequestedBy);
                await chores.EndRevocationAsync(fingerprint);
                return;
            }
            catch (Exception e) when (
                e is SealedKeyException || (e is AcmeException refusal && (refusal.IsItsOwn() || refusal.Problem?.Is("rateLimited") == true)))
            {
                // It stays asked for; the others are not held up.
                LogNotDone(e.Message);
                return;
            }
            catch (Exception e) when (e is AcmeException or CryptographicException or NotSupportedException)
            {
                LogNotRevoked(revocation.Domain, fingerprint, authority.Name, e.Message);
            }
        }
        // Nobody will ever take it.
        await chores.EndRevocationAsync(fingerprint);
    }

    private async Task ChangeKeyAsync(Authority authority, CancellationToken cancellation)
    {
        try
        {
            var account = await accounts.OpenAsync(authority, cancellation);
            using var fresh = AccountKey.Create();
            // Kept before the authority hears of it, so that a worker that dies in between locks nobody out.
            using var next = AccountKey.FromPem(await accountStore.AddNextKeyAsync(authority.Name, fresh.ToPem()));
            if (await authority.Client.FindAccountAsync(next, cancellation) is null)
                await authority.Client.ChangeKeyAsync(account, next, cancellation);
            await accountStore.PromoteNextKeyAsync(authority.Name, new StoredAccount(next.ToPem(), account.Url.ToString()));
            await chores.EndRolloverAsync(authority.Name);
            LogKeyChanged(account.Url, authority.Name);
        }
        catch (AcmeException e)
        {
            LogNotDone(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "The certificate {Fingerprint} of {Domain} is revoked at {Authority}, as {RequestedBy} asked")]
    private partial void LogRevoked(string domain, string fingerprint, string authority, string requestedBy);

    [LoggerMessage(LogLevel.Error, "The certificate {Fingerprint} of {Domain} is not revoked at {Authority}: {Reason}")]
    private partial void LogNotRevoked(string domain, string fingerprint, string authority, string reason);

    [LoggerMessage(LogLevel.Information, "The account {Url} at {Authority} has a new key")]
    private partial void LogKeyChanged(Uri url, string authority);

    [LoggerMessage(LogLevel.Error, "What was asked of an authority failed unexpectedly, trying again")]
    private partial void LogBroken(Exception e);

    [LoggerMessage(LogLevel.Warning, "What was asked of an authority could not be done, trying again: {Reason}")]
    private partial void LogNotDone(string reason);
}
