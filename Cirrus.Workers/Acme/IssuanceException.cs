using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>An attempt has failed as attempts do. The message is whole sentences for an operator.</summary>
internal sealed class IssuanceException(
    AcmeTrouble trouble, string message, AcmeProblem? problem = null, DateTimeOffset? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public AcmeTrouble Trouble => trouble;

    /// <summary>What the authority said.</summary>
    public AcmeProblem? Problem => problem;

    /// <summary>Before that moment there is no use in trying.</summary>
    public DateTimeOffset? RetryAfter => retryAfter;

    /// <summary>The order can't be continued by the next attempt.</summary>
    public bool EndsOrder { get; init; }

    /// <summary>Nothing went wrong: the authorities' limits leave no room now.</summary>
    public bool IsWaiting { get; init; }
}

/// <summary>An order can't be continued: the authority no longer has it, or it is invalid. Another one can be placed.</summary>
internal sealed class OrderLostException(string message) : Exception(message);

/// <summary>Nobody wants the certificate any more: the domain was deleted, asks for none, or asks for other names.</summary>
internal sealed class NotWantedException(string message) : Exception(message);
