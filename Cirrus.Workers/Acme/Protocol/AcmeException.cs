namespace Cirrus.Workers.Acme.Protocol;

/// <summary>A CA refused, or did not answer in a way that can be used. The message is whole sentences for an operator.</summary>
internal sealed class AcmeException(
    string message, AcmeProblem? problem = null, DateTimeOffset? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the CA said; null when it said nothing that is a problem document.</summary>
    public AcmeProblem? Problem => problem;

    /// <summary>Before that moment the CA does not want to be asked again.</summary>
    public DateTimeOffset? RetryAfter => retryAfter;
}
