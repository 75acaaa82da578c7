namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Speaks ACME (RFC 8555, RFC 9773) with one CA. Whatever goes wrong at the CA or on the way is an <see cref="AcmeException"/>.</summary>
/// <param name="name">What the CA is called in messages; the host of its directory when left out.</param>
internal sealed partial class AcmeClient(HttpClient http, Uri directory, TimeProvider time, string? name = null)
{
    private static readonly TimeSpan DirectoryAge = TimeSpan.FromHours(1);

    private readonly AcmeChannel _channel = new(http, name ?? directory.Host, time);
    private (AcmeDirectory Directory, long At)? _known;
    private readonly Lock _one = new();

    public string Name { get; } = name ?? directory.Host;

    /// <summary>The directory, at most an hour old.</summary>
    public async Task<AcmeDirectory> GetDirectoryAsync(CancellationToken cancellation)
    {
        const string What = "its directory";
        lock (_one)
        {
            if (_known is { } known && time.GetElapsedTime(known.At) < DirectoryAge)
                return known.Directory;
        }
        var document = _channel.Parse(await _channel.GetAsync(directory, What, cancellation), AcmeJson.Default.DirectoryDocument, What);
        var read = new AcmeDirectory(
            Required(document.NewNonce, "newNonce", What),
            Required(document.NewAccount, "newAccount", What),
            Required(document.NewOrder, "newOrder", What),
            Required(document.RevokeCert, "revokeCert", What),
            Required(document.KeyChange, "keyChange", What),
            document.RenewalInfo is { IsAbsoluteUri: true } renewals ? renewals : null,
            document.Meta?.TermsOfService,
            document.Meta?.Website,
            document.Meta?.ExternalAccountRequired ?? false);
        lock (_one)
            _known = (read, time.GetTimestamp());
        return read;
    }

    private Uri Required(Uri? url, string member, string what) => url is { IsAbsoluteUri: true }
        ? url
        : throw AcmeFailure.Unusable(Name, what, $"it has no URL as {member}");

    private async Task<AcmeReply> ReadAsync(
        AcmeAccount account, Uri url, string what, CancellationToken cancellation, string accept = AcmeChannel.Json) =>
        await _channel.ReadAsync(account, (await GetDirectoryAsync(cancellation)).NewNonce, url, what, cancellation, accept);

    private async Task<AcmeReply> PostAsync(AcmeAccount account, Uri url, byte[] payload, string what, CancellationToken cancellation) =>
        await _channel.PostAsync(
            account.Key.Signing, account.Url, (await GetDirectoryAsync(cancellation)).NewNonce, url, payload, what, cancellation);

    /// <summary>Asks until the answer is final.</summary>
    private async Task<T> PollAsync<T>(
        Func<Task<(T Value, DateTimeOffset? RetryAfter)>> ask, Func<T, bool> isFinal, TimeSpan patience, string what, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        for (var asked = 1; ; asked++)
        {
            var (value, retryAfter) = await ask();
            if (isFinal(value))
                return value;
            var pause = PollPolicy.Pause(retryAfter, asked, patience - time.GetElapsedTime(begun), time.GetUtcNow())
                ?? throw new AcmeException($"{Name} has not come to an end with {what} within {patience.TotalSeconds:0.#} s.", null, retryAfter);
            await Task.Delay(pause, time, cancellation);
        }
    }
}
