using System.Security.Cryptography;
using Cirrus.Core.Identities;
using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>
/// Says at the start, where there is neither a user nor a master token, by which code the first admin can be made. So there is no time in which a
/// stranger could be first: the code is known to whoever reads the log.
/// </summary>
internal sealed partial class SetupOffer(
    SetupCode setup, IOptions<MasterTokenOptions> master, TimeProvider time, ILogger<SetupOffer> logger) : BackgroundService
{
    // Nothing that looks like something else; 20 of 30 are 98 bits.
    private const string Alphabet = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
    private const int Length = 20;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>As it is compared: without hyphens and in capitals.</summary>
    public static string Normalise(string code) => code.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (master.Value.IsSet)
            return;
        var code = string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(5).Select(part => new string(part)));
        // That Redis is away, others say.
        await RedisAway.InsistAsync(() => OfferAsync(code), Pause, time, _ => { }, stoppingToken);
    }

    private async Task OfferAsync(string code)
    {
        var (isValid, other) = await setup.OfferAsync(Normalise(code), Environment.MachineName, time.GetUtcNow(), Lifetime);
        if (isValid)
            LogOffer(code, Lifetime.TotalHours);
        else if (other is not null)
            LogOther(other.Machine, other.At);
    }

    [LoggerMessage(LogLevel.Warning, "No user and no MASTER_API_TOKEN yet. Create the first admin with POST /api/v1/setup and the code {Code}, within {Hours} hours")]
    private partial void LogOffer(string code, double hours);

    [LoggerMessage(LogLevel.Warning, "No user and no MASTER_API_TOKEN yet. The setup code is in the log of the API on {Machine} at {At:u}")]
    private partial void LogOther(string machine, DateTimeOffset at);
}
