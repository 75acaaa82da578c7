using System.Buffers.Text;
using System.Text.Json;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Orders (RFC 8555 section 7.4).</summary>
internal sealed partial class AcmeClient
{
    /// <summary>Orders a certificate.</summary>
    /// <param name="names">Wildcards with <c>*.</c>.</param>
    /// <param name="replaces">Id of the certificate it renews (<see cref="CertificateId"/>); not sent to a CA that tells nothing of renewals.</param>
    public async Task<AcmeOrder> NewOrderAsync(
        AcmeAccount account, IReadOnlyList<string> names, string? replaces, CancellationToken cancellation)
    {
        var directory = await GetDirectoryAsync(cancellation);
        var what = $"the order for {string.Join(", ", names.Take(3))}{(names.Count > 3 ? $" and {names.Count - 3} more" : "")}";
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new OrderRequest(names.Select(n => new IdentifierDocument("dns", n)), directory.RenewalInfo is null ? null : replaces),
            AcmeJson.Default.OrderRequest);
        var reply = await PostAsync(account, directory.NewOrder, payload, what, cancellation);
        return Order(reply, Required(reply.Location, "Location", what), what);
    }

    public async Task<AcmeOrder> GetOrderAsync(AcmeAccount account, Uri order, CancellationToken cancellation) =>
        Order(await ReadAsync(account, order, "the order", cancellation), order, "the order");

    /// <summary>Hands in the CSR of an order that is ready.</summary>
    /// <param name="csr">DER.</param>
    public async Task<AcmeOrder> FinalizeAsync(AcmeAccount account, AcmeOrder order, byte[] csr, CancellationToken cancellation)
    {
        const string What = "the certificate request";
        var payload = JsonSerializer.SerializeToUtf8Bytes(new FinalizeRequest(Base64Url.EncodeToString(csr)), AcmeJson.Default.FinalizeRequest);
        return Order(await PostAsync(account, order.Finalize, payload, What, cancellation), order.Url, What);
    }

    /// <summary>Asks until the order waits for us (ready) or has come to its end (valid, invalid).</summary>
    public Task<AcmeOrder> WaitForOrderAsync(AcmeAccount account, Uri order, TimeSpan patience, CancellationToken cancellation) =>
        PollAsync(
            async () =>
            {
                var reply = await ReadAsync(account, order, "the order", cancellation);
                return (Order(reply, order, "the order"), reply.RetryAfter);
            },
            o => o.Status is not (OrderStatus.Pending or OrderStatus.Processing), patience, "the order", cancellation);

    private AcmeOrder Order(AcmeReply reply, Uri url, string what)
    {
        var document = _channel.Parse(reply, AcmeJson.Default.OrderDocument, what);
        return new AcmeOrder(
            url,
            document.Status ?? throw AcmeFailure.Unusable(Name, what, "it has no status"),
            [.. (document.Identifiers ?? []).Where(i => i.Type == "dns").Select(i => i.Value)],
            [.. (document.Authorizations ?? []).Select(a => Required(a, "authorizations", what))],
            Required(document.Finalize, "finalize", what),
            document.Certificate,
            document.Expires,
            ProblemDocument.Read(document.Error));
    }
}
