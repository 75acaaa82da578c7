using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Api;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.EndToEnd;

/// <summary>What the AppHost gives certificates to work with: an authority, and the resolver it validates with.</summary>
[Collection(StackCollection.Name)]
public sealed class CertificateAuthorityTests(Stack stack)
{
    private const string Zone = "cdn.local.test";

    [Fact]
    public async Task The_authority_answers_to_those_who_trust_its_bundle()
    {
        using var client = Trusting(stack.AcmeBundle);
        var directory = (await client.GetFromJsonAsync<JsonNode>(stack.AcmeDirectory))!;
        Assert.StartsWith(stack.AcmeDirectory.GetLeftPart(UriPartial.Authority), (string?)directory["newOrder"], StringComparison.Ordinal);

        using var stranger = Trusting(stack.AcmeRoots);
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(stack.AcmeDirectory));
    }

    [Fact]
    public void The_root_of_what_it_issues_is_left_for_clients()
    {
        using var root = X509Certificate2.CreateFromPem(File.ReadAllText(stack.AcmeRoots));
        Assert.StartsWith("CN=Pebble Root CA", root.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_resolver_leads_a_customers_name_to_the_nodes()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await stack.AddCnameAsync(name, access);
        Assert.Equal([Stack.Edge1, Stack.Edge2, $"{access}."], await Dig.ResolveAsync(stack.ResolverPort, name, "A"));
    }

    [Theory]
    [InlineData("example.test")]
    [InlineData("www.example.test")]
    [InlineData("shop.example.test")]
    public async Task Demo_customers_have_made_the_record_for_their_certificates(string name) => Assert.Equal(
        [$"_acme-challenge.{AccessName.For(name, Zone)}."], await Dig.ResolveAsync(stack.ResolverPort, $"_acme-challenge.{name}", "CNAME"));

    [Fact]
    public async Task A_killed_authority_comes_back_with_the_bundle_it_had_and_another_root()
    {
        var (bundle, roots) = (await File.ReadAllTextAsync(stack.AcmeBundle), await File.ReadAllTextAsync(stack.AcmeRoots));
        Signals.Send(Signals.Kill, stack.Processes("pebble"));

        await Wait.UntilAsync("another root", async () => await RootsAsync() is { } now && now != roots);
        Assert.Equal(bundle, await File.ReadAllTextAsync(stack.AcmeBundle));
        using var client = Trusting(stack.AcmeBundle);
        await Wait.UntilAsync("it answers", async () =>
        {
            try
            {
                using var directory = await client.GetAsync(stack.AcmeDirectory);
                return directory.IsSuccessStatusCode;
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
            {
                return false;
            }
        });
    }

    // It is taken away when the authority starts, and comes back.
    private async Task<string?> RootsAsync()
    {
        try
        {
            return await File.ReadAllTextAsync(stack.AcmeRoots);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    [Fact]
    public async Task Names_before_and_behind_a_customers_record_do_not_exist()
    {
        await stack.AddCnameAsync("_acme-challenge.m.test", "target.test");
        foreach (var name in new[] { "_acme-challenge.a.test", "_acme-challenge.z.test" })
            Assert.Contains("status: NXDOMAIN", await Dig.RunAsync(stack.ResolverPort, "+recurse", name, "CNAME"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customers_record_outlives_the_resolver()
    {
        var name = $"_acme-challenge.{Answers.FreshDomain()}";
        await stack.AddCnameAsync(name, "target.test");
        Signals.Send(Signals.Kill, stack.Processes("resolver"));

        await Wait.UntilAsync("the record is there again", async () => (await Dig.ResolveAsync(stack.ResolverPort, name, "CNAME")).SequenceEqual(["target.test."]));
    }

    private static HttpClient Trusting(string roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(roots);
        return new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } });
    }
}
