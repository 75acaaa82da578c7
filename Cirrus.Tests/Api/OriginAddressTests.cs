using System.Net;
using Cirrus.Api.Changes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class OriginAddressTests(ApiServer api)
{
    [Theory]
    [InlineData("10.0.0.1", "a private address")]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("::1", "a loopback address")]
    [InlineData("::ffff:192.168.0.1", "a private address")]
    [InlineData("localhost", "a loopback address")]
    [InlineData("metadata.google.internal", "metadata")]
    [InlineData("LocalHost.", "a loopback address")]
    public async Task An_origin_inside_is_refused_by_its_field_with_the_option_that_can_allow_it(string host, string what)
    {
        var name = Answers.FreshDomain();
        var body = $$"""{"name":"{{name}}","origins":[{"scheme":"https","host":"192.0.2.1","port":443},{"scheme":"http","host":"{{host}}","port":80}]}""";
        var problem = await (await api.Client.PostJsonAsync("/api/v1/domains", body)).ReadAsync(HttpStatusCode.BadRequest);
        var message = (string?)problem["errors"]!["origins[1].host"]![0];
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.Contains("Origins:AllowedNetworks", message, StringComparison.Ordinal);
        await (await api.Client.GetAsync($"/api/v1/domains/{name}")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("192.0.2.1")]
    [InlineData("origin")]
    [InlineData("origin.internal")]
    public async Task An_origin_outside_in_an_allowed_network_or_of_a_name_is_accepted(string host)
    {
        var body = $$"""{"name":"{{Answers.FreshDomain()}}","origins":[{"scheme":"http","host":"{{host}}","port":80}]}""";
        await (await api.Client.PostJsonAsync("/api/v1/domains", body)).ReadAsync(HttpStatusCode.Created);
    }

    [Fact]
    public void The_api_does_not_start_with_a_malformed_network()
    {
        using var factory = new WebApplicationFactory<Receipt>().WithWebHostBuilder(builder => builder
            .UseSetting("ConnectionStrings:redis", "127.0.0.1:1,abortConnect=false")
            .UseSetting("MASTER_API_TOKEN", "never-asked-for-here")
            .UseSetting("Origins:AllowedNetworks:0", "10.0.0.0/8")
            .UseSetting("Origins:AllowedNetworks:1", "10.0.0.1/8"));
        var failure = Assert.Throws<OptionsValidationException>(factory.CreateClient);
        Assert.Contains("Origins:AllowedNetworks:1", failure.Message, StringComparison.Ordinal);
    }
}
