using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

public sealed class TlsResumptionTests : OwnEdgeTests
{
    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    // By the id of a session that the node keeps, for want of a ticket.
    [InlineData("-tls1_2", "-no_ticket")]
    public async Task A_session_of_one_worker_is_resumed_by_the_other(params string[] how)
    {
        var domain = await Fixture.AddSecureDomainAsync();
        using var folder = new WorkFolder();
        var session = folder.At("session");
        var workers = Edge.Workers();
        Assert.Equal(2, workers.Count);

        var first = await WithOnlyAsync(workers[0], () => OpenSsl.ConnectAsync(Edge.HttpsPort, domain, [.. how, "-sess_out", session]));
        var second = await WithOnlyAsync(workers[1], () => OpenSsl.ConnectAsync(Edge.HttpsPort, domain, [.. how, "-sess_in", session]));

        Assert.Contains("\nNew, TLSv1", first, StringComparison.Ordinal);
        Assert.Contains("\nReused, TLSv1", second, StringComparison.Ordinal);
        await Wait.UntilAsync("both are counted", async () =>
        {
            var metrics = await Edge.MetricsAsync();
            var protocol = how[0] == "-tls1_3" ? "TLSv1.3" : "TLSv1.2";
            return metrics.Contains($"nginx_ssl_handshakes_total{{protocol=\"{protocol}\",resumed=\"no\"}} 1", StringComparison.Ordinal)
                && metrics.Contains($"nginx_ssl_handshakes_total{{protocol=\"{protocol}\",resumed=\"yes\"}} 1", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_resumed_session_of_a_certificate_that_is_gone_serves_nothing()
    {
        var domain = await Fixture.AddSecureDomainAsync();
        using var folder = new WorkFolder();
        var session = folder.At("session");
        await OpenSsl.ConnectAsync(Edge.HttpsPort, domain, "-sess_out", session);

        await Edge.AppliedAsync(await Control.DeleteCertificateAsync(domain));
        var resumed = await OpenSsl.ConnectAsync(Edge.HttpsPort, domain, "-sess_in", session);

        Assert.Contains("HTTP/1.1 421", resumed, StringComparison.Ordinal);
    }

    // A stopped worker takes no connections. What is answered does not matter: without the log reader's worker it may be 503.
    private async Task<string> WithOnlyAsync(int worker, Func<Task<string>> work)
    {
        var others = Edge.Workers().Where(id => id != worker).ToList();
        Signals.Send(Signals.Stop, others);
        try
        {
            return await work();
        }
        finally
        {
            Signals.Send(Signals.Continue, others);
        }
    }
}
