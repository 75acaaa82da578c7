using System.Security.Cryptography;
using System.Text;
using Isopoh.Cryptography.Argon2;
using Isopoh.Cryptography.SecureArray;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>Hashes passwords with Argon2id into PHC strings, <c>$argon2id$v=19$m=…,t=…,p=…${salt}${hash}</c>, and verifies them.</summary>
internal sealed class PasswordHasher : IDisposable
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // Locking 19 MiB against being swapped out is beyond what most hosts allow, and fails; not asked for, it is the same everywhere.
    private static readonly SecureArrayCall Unlocked = new(
        SecureArray.DefaultCall.ZeroMemory, (_, _) => "Not asked for.", (_, _) => { }, SecureArray.DefaultCall.Os);

    private readonly PasswordOptions _options;
    private readonly SemaphoreSlim _turns;
    private readonly string _parameters;
    private readonly string _nobody;
    private readonly SemaphoreSlim _places;
    private long _verifications;

    public PasswordHasher(IOptions<PasswordOptions> options)
    {
        _options = options.Value;
        _turns = new SemaphoreSlim(_options.AtOnce);
        _places = new SemaphoreSlim(_options.AtOnce + _options.Waiting);
        _parameters = $"$argon2id$v=19$m={_options.MemoryKiB},t={_options.Passes},p={_options.Lanes}$";
        // Of no password at all, and yet as much work as any.
        _nobody = $"{_parameters}{Random(SaltBytes)}${Random(HashBytes)}";
    }

    /// <summary>How many passwords have been verified, right or wrong.</summary>
    public long Verifications => Interlocked.Read(ref _verifications);

    /// <summary>A place among those whose passwords are verified or wait for it, until it is disposed; null when all are taken.</summary>
    public IDisposable? TryTakePlace() => _places.Wait(0) ? new Place(_places) : null;

    /// <summary>A new hash under the current parameters.</summary>
    public Task<string> HashAsync(string password) => InTurnAsync(() => Argon2.Hash(new Argon2Config
    {
        Type = Argon2Type.HybridAddressing,
        Version = Argon2Version.Nineteen,
        MemoryCost = _options.MemoryKiB,
        TimeCost = _options.Passes,
        Lanes = _options.Lanes,
        Threads = 1,
        HashLength = HashBytes,
        Salt = RandomNumberGenerator.GetBytes(SaltBytes),
        Password = Encoding.UTF8.GetBytes(password),
        SecureArrayCall = Unlocked,
    }));

    /// <summary>Whether the password is that of the hash. Without one, for a user who does not exist, it takes the same work and is false.</summary>
    public Task<bool> VerifyAsync(string password, string? hash) => InTurnAsync(() =>
    {
        Interlocked.Increment(ref _verifications);
        return Argon2.Verify(hash ?? _nobody, Encoding.UTF8.GetBytes(password), null, 1, Unlocked) && hash is not null;
    });

    /// <summary>Whether the hash was made under other parameters than the current ones.</summary>
    public bool IsOutdated(string hash) => !hash.StartsWith(_parameters, StringComparison.Ordinal);

    public void Dispose()
    {
        _turns.Dispose();
        _places.Dispose();
    }

    // Each holds its memory only in its turn, and on a thread of the pool of which no more than so many are taken.
    private async Task<T> InTurnAsync<T>(Func<T> work)
    {
        await _turns.WaitAsync();
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            _turns.Release();
        }
    }

    private static string Random(int octets) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(octets)).TrimEnd('=');

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
