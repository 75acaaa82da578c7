using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

public sealed class SigningTests
{
    // RFC 7515 appendix A.3.
    private const string SigningInput =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private const string Signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private static readonly ECParameters KeyOfTheRfc = new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint
        {
            X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
        },
        D = Base64Url.DecodeFromChars("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
    };

    [Fact]
    public void A_signature_has_the_form_of_the_one_in_the_RFC()
    {
        using var key = new SigningKey(ECDsa.Create(KeyOfTheRfc));
        using var anyone = ECDsa.Create(KeyOfTheRfc);
        var input = Encoding.ASCII.GetBytes(SigningInput);

        foreach (var signature in new[] { Base64Url.DecodeFromChars(Signature), key.Sign(input) })
            Assert.True(anyone.VerifyData(input, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.Equal("ES256", key.Algorithm);
    }

    [Fact]
    public void The_thumbprint_of_the_key_in_RFC_7638_is_the_one_in_the_RFC()
    {
        var rsa = RSA.Create(new RSAParameters
        {
            Exponent = [1, 0, 1],
            Modulus = Base64Url.DecodeFromChars(
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
                + "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08q"
                + "NLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"),
        });
        using var key = new SigningKey(rsa);

        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.Thumbprint);
    }

    [Fact]
    public void A_binding_is_the_accounts_key_under_the_HMAC_of_the_customers_secret()
    {
        const string Secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        using var key = AccountKey.Create();
        var url = new Uri("https://ca.example/new-account");

        var jws = JsonElement.Parse(Jws.Binding(new ExternalAccount("customer-1", Secret), key.Signing, url));

        var (header, payload) = (jws.GetProperty("protected").GetString()!, jws.GetProperty("payload").GetString()!);
        Assert.Equal("""{"alg":"HS256","kid":"customer-1","url":"https://ca.example/new-account"}""", Text(header));
        Assert.Equal(key.Signing.Jwk, Text(payload));
        var expected = HMACSHA256.HashData(Base64Url.DecodeFromChars(Secret), Encoding.ASCII.GetBytes($"{header}.{payload}"));
        Assert.Equal(Base64Url.EncodeToString(expected), jws.GetProperty("signature").GetString());
    }

    [Fact]
    public void A_request_names_its_account_or_shows_its_key()
    {
        using var key = AccountKey.Create();
        var url = new Uri("https://ca.example/order");

        var known = JsonElement.Parse(Jws.Request(key.Signing, new Uri("https://ca.example/account/1"), "n1", url, "{}"u8));
        var unknown = JsonElement.Parse(Jws.Request(key.Signing, null, "n2", url, []));

        Assert.Equal(
            """{"alg":"ES256","kid":"https://ca.example/account/1","nonce":"n1","url":"https://ca.example/order"}""",
            Text(known.GetProperty("protected").GetString()!));
        Assert.Equal(
            $$"""{"alg":"ES256","jwk":{{key.Signing.Jwk}},"nonce":"n2","url":"https://ca.example/order"}""",
            Text(unknown.GetProperty("protected").GetString()!));
        Assert.Equal("", unknown.GetProperty("payload").GetString());
    }

    [Fact]
    public void A_key_that_was_written_down_is_the_same_key()
    {
        using var key = AccountKey.Create();
        using var again = AccountKey.FromPem(key.ToPem());
        using var rsa = RSA.Create(2048);
        using var other = AccountKey.FromPem(rsa.ExportPkcs8PrivateKeyPem());

        Assert.Equal(key.TxtValue("token"), again.TxtValue("token"));
        Assert.Equal("RS256", other.Signing.Algorithm);
    }

    [Fact]
    public void Secrets_are_in_no_text_that_anyone_prints()
    {
        using var key = AccountKey.Create();
        var account = new AcmeAccount(new Uri("https://ca.example/account/1"), key);
        var external = new ExternalAccount("customer-1", "not base64url: s3cret");

        var refused = Assert.Throws<AcmeException>(external.HmacKey);

        Assert.DoesNotContain("PRIVATE", account.ToString(), StringComparison.Ordinal);
        Assert.Equal("external account customer-1", external.ToString());
        Assert.Equal("The HMAC key of the external account customer-1 is not base64url.", refused.Message);
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_elliptic_key_of_another_curve_does_not_sign()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP521);

        Assert.Throws<NotSupportedException>(() => new SigningKey(key));
    }

    private static string Text(string base64Url) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(base64Url));
}
