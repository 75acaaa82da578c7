namespace Cirrus.Tests.Programs;

/// <summary>How a CA behaves.</summary>
internal sealed record PebbleOptions
{
    /// <summary>How many of a hundred good nonces are refused.</summary>
    public int NonceRejection { get; init; } = 5;

    /// <summary>Each validation waits a random number of seconds below this one; null: none waits.</summary>
    public int? ValidationSleep { get; init; }

    /// <summary>Every response to a challenge counts as right.</summary>
    public bool AlwaysValid { get; init; }

    /// <summary>How many of a hundred valid authorizations are used again in a new order.</summary>
    public int AuthorizationReuse { get; init; }

    /// <summary>Further roots, each with a chain that is offered as an alternate.</summary>
    public int AlternateRoots { get; init; }

    /// <summary>Certificates between leaf and root.</summary>
    public int ChainLength { get; init; } = 1;

    /// <summary>Of issued certificates; null: five years.</summary>
    public TimeSpan? CertificateValidity { get; init; }

    /// <summary>Key id and HMAC key (base64url) of customers; with any, no one else gets an account.</summary>
    public IReadOnlyDictionary<string, string> ExternalAccounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Names for which no order is taken (<c>rejectedIdentifier</c>).</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];

    /// <summary>Refuses what a coming version will refuse.</summary>
    public bool Strict { get; init; } = true;
}
