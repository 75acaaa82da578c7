using System.Net;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Acme;

/// <summary>What a resolver says of a name's CNAME.</summary>
/// <param name="Target">Without trailing dot; null: there is none.</param>
/// <param name="Failure">Why it can't be told, in words; null when it can.</param>
internal sealed record CnameAnswer(string? Target, string? Failure = null);

/// <summary>Asks a resolver for CNAME records, and for nothing else: "no such TXT record" would be kept by it, and found by the authority.</summary>
internal sealed class CnameLookup(IOptions<AcmeOptions> options) : IDisposable
{
    private const int Milliseconds = 3000;
    private const int Attempts = 2;

    // Of one attempt: the client itself waits for ever for an answer over TCP.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly DnsClient _client = Create(options.Value.Resolver);

    public async Task<CnameAnswer> FindAsync(string name, CancellationToken cancellation)
    {
        var domain = DomainName.Parse(name);
        DnsMessage? answer = null;
        for (var i = 0; i < Attempts && answer is null; i++)
            answer = await AskAsync(domain, cancellation);
        return answer switch
        {
            null => new CnameAnswer(null, "the resolver does not answer"),
            { ReturnCode: ReturnCode.NoError or ReturnCode.NxDomain } => new CnameAnswer(
                answer.AnswerRecords.OfType<CNameRecord>().FirstOrDefault(r => r.Name.Equals(domain))
                    ?.CanonicalName.ToString().TrimEnd('.').ToLowerInvariant()),
            _ => new CnameAnswer(null, $"the resolver says {answer.ReturnCode}"),
        };
    }

    public void Dispose() => ((IDisposable)_client).Dispose();

    private async Task<DnsMessage?> AskAsync(DomainName domain, CancellationToken cancellation)
    {
        try
        {
            return await _client.ResolveAsync(domain, RecordType.CName, token: cancellation).WaitAsync(Longest, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static DnsClient Create(string resolver)
    {
        var (servers, port) = IPEndPoint.TryParse(resolver, out var one) ? ([one.Address], one.Port) : (DnsClient.GetLocalConfiguredDnsServers(), 53);
        return new DnsClient(servers, [new UdpClientTransport(port), new TcpClientTransport(port)], true, Milliseconds);
    }
}
