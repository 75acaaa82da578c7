using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cirrus.Core.Certificates;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

public sealed class OrderTests(OrdinaryCa ca) : IClassFixture<OrdinaryCa>, IAsyncLifetime
{
    private readonly AcmeStack _stack = ca.Stack;
    private AcmeAccount _account = null!;

    private AcmeClient Client => _stack.Client;

    public async Task InitializeAsync() => _account = await _stack.NewAccountAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task One_certificate_covers_several_names_and_a_wildcard()
    {
        var (name, other) = (AcmeStack.Name(), AcmeStack.Name());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var certificate = await _stack.IssueAsync(_account, key, name, $"*.{name}", other);

        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames();
        Assert.Equal(new[] { name, $"*.{name}", other }.Order(), names.Order());
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.NotNull(CertificateId.Of(certificate));
    }

    [Fact]
    public async Task A_certificate_can_have_an_RSA_key()
    {
        using var key = RSA.Create(2048);

        using var certificate = await _stack.IssueAsync(_account, key, AcmeStack.Name());

        using var issued = certificate.GetRSAPublicKey();
        Assert.Equal(2048, issued!.KeySize);
    }

    [Fact]
    public async Task The_authorization_of_a_wildcard_is_for_the_name_below_it()
    {
        var name = AcmeStack.Name();

        var order = await Client.NewOrderAsync(_account, [$"*.{name}"], "ignored.where-there-is-no-ARI", default);
        var authorization = await Client.GetAuthorizationAsync(_account, order.Authorizations.Single(), default);

        Assert.Equal([$"*.{name}"], order.Names);
        Assert.Equal(OrderStatus.Pending, order.Status);
        Assert.True(order.Expires > DateTimeOffset.UtcNow);
        Assert.Equal((name, true, AuthorizationStatus.Pending), (authorization.Name, authorization.Wildcard, authorization.Status));
        Assert.Equal(ChallengeStatus.Pending, authorization.Dns01!.Status);
        Assert.Equal(order.Url, (await Client.GetOrderAsync(_account, order.Url, default)).Url);
    }

    [Fact]
    public async Task A_wrong_TXT_record_makes_the_order_invalid_and_the_reason_is_told()
    {
        var name = AcmeStack.Name();
        var order = await Client.NewOrderAsync(_account, [name], null, default);
        var authorization = await Client.GetAuthorizationAsync(_account, order.Authorizations[0], default);
        await _stack.Dns.AddTxtAsync($"_acme-challenge.{name}", "something else");

        await Client.RespondAsync(_account, authorization.Dns01!, default);
        var refused = await Client.WaitForAuthorizationAsync(_account, authorization.Url, AcmeStack.Patience, default);
        var ended = await Client.WaitForOrderAsync(_account, order.Url, AcmeStack.Patience, default);

        Assert.Equal(AuthorizationStatus.Invalid, refused.Status);
        Assert.Equal(OrderStatus.Invalid, ended.Status);
        Assert.Equal(
            $"Pebble could not validate {name}: Correct value not found for DNS challenge (urn:ietf:params:acme:error:unauthorized).",
            refused.Error!.InWords($"Pebble could not validate {name}"));
        Assert.Contains("Correct value not found", refused.Error.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_CA_follows_the_CNAME_of_a_challenge()
    {
        var (name, ours) = (AcmeStack.Name(), AcmeStack.Name());
        var order = await Client.NewOrderAsync(_account, [name], null, default);
        var authorization = await Client.GetAuthorizationAsync(_account, order.Authorizations[0], default);
        await _stack.Dns.SetCnameAsync($"_acme-challenge.{name}", $"_acme-challenge.{ours}");
        await _stack.Dns.AddTxtAsync($"_acme-challenge.{ours}", _account.Key.TxtValue(authorization.Dns01!.Token));

        await Client.RespondAsync(_account, authorization.Dns01, default);

        var proven = await Client.WaitForAuthorizationAsync(_account, authorization.Url, AcmeStack.Patience, default);
        Assert.Equal(AuthorizationStatus.Valid, proven.Status);
    }

    [Fact]
    public async Task A_name_the_CA_does_not_serve_is_refused_in_words()
    {
        var refused = await Assert.ThrowsAsync<AcmeException>(
            () => Client.NewOrderAsync(_account, [AcmeStack.Name(), $"www.{OrdinaryCa.Blocked}"], null, default));

        Assert.StartsWith("Pebble refused the order for ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("urn:ietf:params:acme:error:rejectedIdentifier", refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.RetryAfter);
    }

    [Fact]
    public async Task An_order_that_is_not_ready_takes_no_request()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = AcmeStack.Name();
        var order = await Client.NewOrderAsync(_account, [name], null, default);

        var refused = await Assert.ThrowsAsync<AcmeException>(
            () => Client.FinalizeAsync(_account, order, CertificateRequests.Create(key, [name]), default));

        Assert.True(refused.Problem!.Is("orderNotReady"), refused.Message);
    }

    [Fact]
    public async Task A_request_for_other_names_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = await Client.NewOrderAsync(_account, [AcmeStack.Name()], null, default);
        await _stack.ProveAsync(_account, order);

        var refused = await Assert.ThrowsAsync<AcmeException>(
            () => Client.FinalizeAsync(_account, order, CertificateRequests.Create(key, [AcmeStack.Name()]), default));

        Assert.StartsWith("Pebble refused the certificate request: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_nobody_proves_is_waited_for_as_long_as_was_said()
    {
        var order = await Client.NewOrderAsync(_account, [AcmeStack.Name()], null, default);

        var late = await Assert.ThrowsAsync<AcmeException>(
            () => Client.WaitForOrderAsync(_account, order.Url, TimeSpan.FromSeconds(0.6), default));

        Assert.Equal("Pebble has not come to an end with the order within 0.6 s.", late.Message);
    }

    [Fact]
    public async Task An_authorization_can_be_given_up()
    {
        var order = await Client.NewOrderAsync(_account, [AcmeStack.Name()], null, default);

        await Client.DeactivateAuthorizationAsync(_account, order.Authorizations[0], default);

        var authorization = await Client.WaitForAuthorizationAsync(_account, order.Authorizations[0], AcmeStack.Patience, default);
        Assert.Equal(AuthorizationStatus.Deactivated, authorization.Status);
    }

    [Fact]
    public async Task Of_several_chains_the_one_to_the_preferred_root_is_taken()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = await _stack.OrderAsync(_account, key, AcmeStack.Name());

        foreach (var number in new[] { 0, 1, 2 })
        {
            using var root = X509Certificate2.CreateFromPem(await _stack.Pebble.RootAsync(number));
            var wanted = root.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            Assert.Equal(wanted, (await Client.DownloadAsync(_account, order.Certificate!, wanted, default)).Issuer);
        }
        var usual = await Client.DownloadAsync(_account, order.Certificate!, null, default);
        Assert.Equal(usual, await Client.DownloadAsync(_account, order.Certificate!, "No such root", default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_is_revoked_by_its_account_or_by_its_own_key(bool byItsKey)
    {
        using var key = byItsKey ? (AsymmetricAlgorithm)RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signing = SigningKey.FromPem(key.ExportPkcs8PrivateKeyPem());
        using var certificate = await _stack.IssueAsync(_account, key, AcmeStack.Name());
        Task Revoke() => byItsKey
            ? Client.RevokeAsync(signing, certificate, RevocationReason.KeyCompromise, default)
            : Client.RevokeAsync(_account, certificate, RevocationReason.KeyCompromise, default);

        await Revoke();
        await Revoke();

        var status = await _stack.Pebble.StatusAsync(certificate);
        Assert.Equal("Revoked", status.GetProperty("Status").GetString());
        Assert.Equal((int)RevocationReason.KeyCompromise, status.GetProperty("Reason").GetInt32());
    }

    [Fact]
    public async Task Nobody_else_revokes_a_certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = await _stack.IssueAsync(_account, key, AcmeStack.Name());
        var stranger = await _stack.NewAccountAsync();

        await Assert.ThrowsAsync<AcmeException>(() => Client.RevokeAsync(stranger, certificate, RevocationReason.Unspecified, default));
    }

    [Fact]
    public async Task A_CA_that_tells_nothing_of_renewals_is_not_asked() =>
        Assert.Null(await Client.GetRenewalInfoAsync("a.b", default));
}
