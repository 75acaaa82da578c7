using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Requests that are answered or end in an <see cref="AcmeException"/>: nonces and retries are known here only.</summary>
internal sealed class AcmeChannel(HttpClient http, string name, TimeProvider time)
{
    public const string Json = "application/json";
    public const string Chain = "application/pem-certificate-chain";

    // Pebble refuses nine of ten good nonces when told to, to see who gives up. Past the first few the CA gets a rest between them.
    private const int MostNonces = 128;
    private const int NoncesAtOnce = 8;
    private static readonly TimeSpan NoncePause = TimeSpan.FromMilliseconds(50);

    private readonly AcmeTransport _transport = new(http, name, time);
    private readonly NoncePool _nonces = new();

    public Task<AcmeReply> GetAsync(Uri url, string what, CancellationToken cancellation) =>
        RetryAsync(() => _transport.SendAsync(HttpMethod.Get, url, null, Json, cancellation), repeatable: true, what, cancellation);

    /// <summary>Reads what only an account may read (POST-as-GET, RFC 8555 section 6.3).</summary>
    public Task<AcmeReply> ReadAsync(AcmeAccount account, Uri newNonce, Uri url, string what, CancellationToken cancellation, string accept = Json) =>
        RetryAsync(
            () => SignedAsync(account.Key.Signing, account.Url, newNonce, url, [], accept, what, cancellation), repeatable: true, what, cancellation);

    /// <param name="account">Null: the key speaks for itself.</param>
    /// <param name="repeatable">Sending it twice has the effect of sending it once.</param>
    public Task<AcmeReply> PostAsync(
        SigningKey key, Uri? account, Uri newNonce, Uri url, byte[] payload, string what, CancellationToken cancellation, bool repeatable = false) =>
        RetryAsync(() => SignedAsync(key, account, newNonce, url, payload, Json, what, cancellation), repeatable, what, cancellation);

    /// <summary>The JSON of an answer.</summary>
    public T Parse<T>(AcmeReply reply, JsonTypeInfo<T> type, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, type) ?? throw AcmeFailure.Unusable(name, what, "it is null");
        }
        catch (JsonException e)
        {
            throw AcmeFailure.Unusable(name, what, $"it is not the JSON that is due there ({e.Path ?? "$"})", e);
        }
    }

    private async Task<AcmeReply> RetryAsync(Func<Task<AcmeReply>> send, bool repeatable, string what, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            AcmeReply? reply = null;
            AcmeException failure;
            var mayHeal = repeatable;
            try
            {
                reply = await send();
                if (reply.IsSuccess)
                    return reply;
                failure = AcmeFailure.Refused(name, what, reply);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                failure = AcmeFailure.NoAnswer(name, what, e);
                // Nobody comes to be trusted by being asked again.
                mayHeal &= e.InnerException is not AuthenticationException;
            }
            if (RetryPolicy.Pause(reply?.Status, reply?.RetryAfter, mayHeal, attempt, time.GetUtcNow()) is not { } pause)
                throw failure;
            await Task.Delay(pause, time, cancellation);
        }
    }

    private async Task<AcmeReply> SignedAsync(
        SigningKey key, Uri? account, Uri newNonce, Uri url, byte[] payload, string accept, string what, CancellationToken cancellation)
    {
        string? fresh = null;
        for (var attempt = 1; ; attempt++)
        {
            var nonce = fresh ?? _nonces.Take() ?? await NewNonceAsync(newNonce, cancellation);
            var jws = Jws.Request(key, account, nonce, url, payload);
            var reply = await _transport.SendAsync(HttpMethod.Post, url, jws, accept, cancellation);
            fresh = reply.Nonce;
            if (reply.Problem?.Is("badNonce") != true)
            {
                if (fresh is not null)
                    _nonces.Add(fresh);
                return reply;
            }
            _nonces.Clear();
            if (attempt == MostNonces)
                throw AcmeFailure.Refused(name, what, reply);
            if (attempt >= NoncesAtOnce)
                await Task.Delay(NoncePause, time, cancellation);
        }
    }

    private async Task<string> NewNonceAsync(Uri newNonce, CancellationToken cancellation)
    {
        const string What = "a nonce";
        var reply = await RetryAsync(
            () => _transport.SendAsync(HttpMethod.Head, newNonce, null, "*/*", cancellation), repeatable: true, What, cancellation);
        return reply.Nonce ?? throw AcmeFailure.Unusable(name, What, "there is none in it");
    }
}
