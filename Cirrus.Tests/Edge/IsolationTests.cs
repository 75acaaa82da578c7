using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class IsolationTests(EdgeFixture fixture)
{
    private const int Clients = 12;
    private const int RequestsOfEach = 60;

    [Fact]
    public async Task No_header_or_body_of_one_domain_is_ever_served_for_another()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = EchoAsync;
        var parent = EdgeFixture.NewName();
        string[] names = [EdgeFixture.NewName(), EdgeFixture.NewName(), $"*.{parent}", $"exact.{parent}"];
        foreach (var name in names)
        {
            await fixture.AddDomainAsync(name, [ControlPlane.Origin(origin.Port)], members: new
            {
                headers = new { response = new[] { new { action = "set", name = "X-Domain", value = name } } },
            });
            await fixture.AddCertificateAsync(name);
        }
        (string Host, string Domain)[] hosts =
            [(names[0], names[0]), (names[1], names[1]), ($"a.{parent}", names[2]), ($"b.{parent}", names[2]), ($"exact.{parent}", names[3])];
        // By chance, but the same each time.
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(seed => ClientAsync(hosts, new Random(seed))));

        Assert.InRange(origin.Requests, 1, (Clients * RequestsOfEach) - 1);
    }

    private async Task ClientAsync((string Host, string Domain)[] hosts, Random random)
    {
        using var secure = EdgeNode.NewSecureClient();
        using var plain = new HttpClient();
        for (var i = 0; i < RequestsOfEach; i++)
        {
            var (host, domain) = hosts[random.Next(hosts.Length)];
            var path = $"/{random.Next(6)}?q={random.Next(2)}";
            var language = random.Next(2) == 0 ? "de" : "fr";
            var version = random.Next(3);
            using var request = new HttpRequestMessage(
                random.Next(8) == 0 ? HttpMethod.Post : HttpMethod.Get,
                version == 0 ? $"http://127.0.0.1:{fixture.Edge.HttpPort}{path}" : $"https://{host}:{fixture.Edge.HttpsPort}{path}")
            {
                Version = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Host = host;
            request.Headers.AcceptLanguage.ParseAdd(language);

            using var response = await (version == 0 ? plain : secure).SendAsync(request);

            var body = await response.Content.ReadAsStringAsync();
            Assert.Equal($"{host} {path} {language} {(version == 0 ? "http" : "https")} {request.Method}", body);
            Assert.Equal(domain, response.Headers.GetValues("X-Domain").Single());
            Assert.Equal(host, response.Headers.GetValues("X-Host-Seen").Single());
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    // Some of it cacheable for a moment only, so that refreshing goes on meanwhile.
    private static async Task EchoAsync(HttpContext context)
    {
        var request = context.Request;
        context.Response.Headers.Vary = "Accept-Language";
        context.Response.Headers.CacheControl = request.Path.Value switch { "/0" => "no-store", "/1" => "max-age=1", _ => "max-age=60" };
        context.Response.Headers["X-Host-Seen"] = request.Host.Value;
        if (request.Path == "/2")
            await Task.Delay(5);
        await context.Response.WriteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Host} {request.Path}{request.QueryString} {request.Headers.AcceptLanguage} {request.Headers["X-Forwarded-Proto"]} {request.Method}"));
    }
}
