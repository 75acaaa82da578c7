using System.Security.Cryptography;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers.Acme;

public sealed class NonceTests
{
    [Theory]
    [InlineData(50)]
    [InlineData(90)]
    public async Task A_CA_that_refuses_most_nonces_issues_all_the_same(int percent)
    {
        await using var stack = await AcmeStack.StartAsync(new PebbleOptions { NonceRejection = percent });
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var account = await stack.NewAccountAsync();

        using var certificate = await stack.IssueAsync(account, key, AcmeStack.Name());

        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public async Task Orders_side_by_side_share_an_account_and_its_nonces()
    {
        await using var stack = await AcmeStack.StartAsync(new PebbleOptions { NonceRejection = 20, ValidationSleep = 2 });
        var account = await stack.NewAccountAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = await stack.IssueAsync(account, key, AcmeStack.Name());
        }));
    }

    [Fact]
    public async Task An_authorization_that_was_proven_before_needs_no_second_proof()
    {
        await using var stack = await AcmeStack.StartAsync(new PebbleOptions { AuthorizationReuse = 100 });
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var account = await stack.NewAccountAsync();
        var name = AcmeStack.Name();
        using var first = await stack.IssueAsync(account, key, name);
        await stack.Dns.ClearTxtAsync($"_acme-challenge.{name}");

        using var second = await stack.IssueAsync(account, key, name);

        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
    }
}
