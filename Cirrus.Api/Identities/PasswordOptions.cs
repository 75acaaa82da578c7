using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Identities;

/// <summary>Argon2id (RFC 9106). The defaults are also the least: docs/decisions/0013.</summary>
internal sealed class PasswordOptions
{
    public const string Section = "Passwords";

    /// <summary>m: memory of one hash, in KiB.</summary>
    [Range(19_456, 1_048_576, ErrorMessage = "Passwords:MemoryKiB is between 19456 and 1048576.")]
    public int MemoryKiB { get; init; } = 19_456;

    /// <summary>t: passes over the memory.</summary>
    [Range(2, 100, ErrorMessage = "Passwords:Passes is between 2 and 100.")]
    public int Passes { get; init; } = 2;

    /// <summary>p: lanes.</summary>
    [Range(1, 16, ErrorMessage = "Passwords:Lanes is between 1 and 16.")]
    public int Lanes { get; init; } = 1;

    /// <summary>How many hashes are made at once. Half of the cores, so that a flood of logins leaves the other half to the rest of the API.</summary>
    [Range(1, 1_024, ErrorMessage = "Passwords:AtOnce is between 1 and 1024.")]
    public int AtOnce { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How many may wait for their turn; who comes then is told to come later.</summary>
    [Range(1, 10_000, ErrorMessage = "Passwords:Waiting is between 1 and 10000.")]
    public int Waiting { get; init; } = 32;
}
