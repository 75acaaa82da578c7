using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Words for what can go wrong with a CA.</summary>
internal static class AcmeFailure
{
    /// <param name="name">Of the CA.</param>
    /// <param name="what">What it was asked for, such as <c>the order for www.example.com</c>.</param>
    public static AcmeException Refused(string name, string what, AcmeReply reply)
    {
        var verdict = reply.Status >= HttpStatusCode.InternalServerError ? "had a fault of its own with" : "refused";
        if (reply.Problem is { } problem)
            return new AcmeException(problem.InWords($"{name} {verdict} {what}", reply.RetryAfter), problem, reply.RetryAfter);
        var words = $"{name} {verdict} {what}: status {(int)reply.Status}, without saying why.{Excerpt(reply)}";
        if (reply.RetryAfter is { } moment)
            words += $" Try again after {moment.UtcDateTime:u}.";
        return new AcmeException(words, null, reply.RetryAfter);
    }

    public static AcmeException Unusable(string name, string what, string reason, Exception? inner = null) =>
        new($"{name} gave an answer about {what} that can't be used: {reason}.", inner: inner);

    public static AcmeException NoAnswer(string name, string what, Exception e) => new($"{name} could not be asked for {what}: {Reason(e)}.", inner: e);

    private static string Reason(Exception e) => e switch
    {
        TimeoutException => $"no answer within {AcmeTransport.Limit.TotalSeconds} s",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            "its TLS certificate is not trusted here, or TLS failed; a CA of your own needs its root in the CA bundle",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name can't be resolved",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        _ => Plain.Line(e.Message, 200).TrimEnd('.'),
    };

    private static string Excerpt(AcmeReply reply) =>
        Plain.Line(Encoding.UTF8.GetString(reply.Body), 120) is { Length: > 0 } text ? $" The answer begins with \"{text}\"." : "";
}
