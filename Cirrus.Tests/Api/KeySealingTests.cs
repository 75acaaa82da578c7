using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using Cirrus.Tests.Api.Identities;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Api;

public sealed class KeySealingTests
{
    [Fact]
    public async Task A_private_key_is_sealed_before_it_is_stored()
    {
        var keys = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis, settings: [(KeySealing.Setting, keys), ("Origins:AllowedNetworks:0", "127.0.0.0/8")]);
        using var master = api.WithToken();
        await (await master.PostJsonAsync("/api/v1/domains", Answers.Domain("www.example.test"))).ReadAsync(HttpStatusCode.Created);
        var (fullchainPem, keyPem) = TestCertificate.Make(["www.example.test"]);
        await (await master.PutJsonAsync("/api/v1/domains/www.example.test/cert", JsonSerializer.Serialize(new { fullchainPem, keyPem })))
            .ReadAsync(HttpStatusCode.Created);

        await using var store = await redis.ConnectAsync();
        var place = RedisKeys.Certificate("www.example.test");
        var stored = (string)(await store.GetDatabase().HashGetAsync(place, "key"))!;
        Assert.StartsWith("sealed:v1:", stored, StringComparison.Ordinal);
        Assert.Equal(keyPem.Trim(), KeySealing.Parse(keys).Open(stored, place).Trim());
    }

    [Fact]
    public async Task The_api_does_not_start_with_a_sealing_key_that_is_none_and_does_not_show_it()
    {
        const string Bad = "bWFya2VyLW9mLWEtYmFkLWtleQ==";
        await using var redis = await RedisServer.StartAsync();
        var failure = Assert.Throws<OptionsValidationException>(() => Replica.Start(redis, settings: (KeySealing.Setting, Bad)));
        Assert.Contains(KeySealing.Setting, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Bad, failure.ToString(), StringComparison.Ordinal);
    }
}
