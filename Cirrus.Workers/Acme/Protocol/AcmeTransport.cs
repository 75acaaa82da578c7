using System.Net.Http.Headers;
using System.Reflection;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>One exchange over HTTPS, bounded in time and size.</summary>
internal sealed class AcmeTransport(HttpClient http, string name, TimeProvider time)
{
    public const int MostOctets = 256 * 1024;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly MediaTypeHeaderValue Jose = new("application/jose+json");

    // RFC 8555 section 6.1 requires one.
    private static readonly ProductInfoHeaderValue Agent = new("Cirrus", typeof(AcmeTransport).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);

    /// <summary>Throws <see cref="HttpRequestException"/>, <see cref="IOException"/> or <see cref="TimeoutException"/> when there is no answer.</summary>
    public async Task<AcmeReply> SendAsync(HttpMethod method, Uri url, byte[]? jws, string accept, CancellationToken cancellation)
    {
        if (url.Scheme != Uri.UriSchemeHttps)
            throw new AcmeException($"{name} is to be asked at {Plain.Line(url.ToString(), 200)}, which is not https.");
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var request = new HttpRequestMessage(method, url);
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.AcceptLanguage.ParseAdd("en");
        if (jws is not null)
            request.Content = new ByteArrayContent(jws) { Headers = { ContentType = Jose } };
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return Read(url, response, await BodyAsync(response, both.Token));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("No answer in time.", e);
        }
    }

    private AcmeReply Read(Uri url, HttpResponseMessage response, byte[] body)
    {
        var nonce = Header(response, "Replay-Nonce");
        return new AcmeReply(
            url,
            response.StatusCode,
            body,
            NoncePool.IsNonce(nonce) ? nonce : null,
            response.Headers.Location is { } location ? new Uri(url, location) : null,
            RetryAfter.Moment(Header(response, "Retry-After"), time.GetUtcNow()),
            response.Headers.TryGetValues("Link", out var links) ? Links.Find(links, "alternate", url) : []);
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var body = new byte[MostOctets + 1];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return length <= MostOctets
            ? body[..length]
            : throw new AcmeException($"{name} sent an answer of more than {MostOctets / 1024} KiB, which nothing in ACME needs.");
    }

    private static string? Header(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault() : null;
}
