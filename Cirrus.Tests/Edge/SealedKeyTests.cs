using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

public sealed class SealedKeyTests : IAsyncLifetime
{
    private static readonly byte[] Old = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Current = RandomNumberGenerator.GetBytes(32);

    private readonly EdgeFixture _fixture = new();

    private EdgeNode Edge => _fixture.Edge;

    public Task InitializeAsync() => _fixture.InitializeAsync(edge =>
        edge.Environment["CIRRUS_KEY_ENCRYPTION_KEYS"] = $"{Convert.ToBase64String(Current)},{Convert.ToBase64String(Old)}");

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Keys_sealed_with_any_of_the_sealing_keys_are_opened_and_plain_ones_are_used_as_they_are()
    {
        foreach (var seal in new Func<string, string, string>[] { (key, at) => Seal(Current, key, at), (key, at) => Seal(Old, key, at), (key, _) => key })
        {
            var domain = await _fixture.AddDomainAsync();
            var (fullchain, key) = TestCertificate.Make([domain]);
            await Edge.AppliedAsync(await _fixture.Control.PutCertificateAsync(domain, fullchain, seal(key, $"cdn:cert:{domain}")));

            using var shown = await Edge.HandshakeAsync(domain);
        }
    }

    [Fact]
    public async Task A_key_that_can_not_be_opened_is_named_by_the_id_of_its_sealing_key_and_harms_its_own_domain_only()
    {
        var strange = RandomNumberGenerator.GetBytes(32);
        var other = await _fixture.AddSecureDomainAsync();

        await BrokenAsync((key, at) => Seal(strange, key, at), $"sealed with key {Id(strange)}, which CIRRUS_KEY_ENCRYPTION_KEYS does not have");
        await BrokenAsync((key, _) => Seal(Current, key, "cdn:cert:another.example.test"), $"sealed with key {Id(Current)}, but damaged or moved");
        await BrokenAsync((key, at) => Damage(Seal(Current, key, at)), $"sealed with key {Id(Current)}, but damaged or moved");
        await BrokenAsync((key, at) => Seal(Current, key, at).Replace(":v1:", ":v2:", StringComparison.Ordinal), "sealed in an unknown format");

        using var shown = await Edge.HandshakeAsync(other);
    }

    // Made by another program: what Cirrus.Core seals must look the same.
    [Fact]
    public async Task A_fixed_example_opens()
    {
        const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        const string Example = "sealed:v1:630dcd29:AAECAwQFBgcICQoLKW2iO6TFkl7ADt/EXY45r7mfXsi+jGhRpg==";
        await using var edge = new EdgeNode(_fixture.Redis.Port);
        edge.Environment["CIRRUS_KEY_ENCRYPTION_KEYS"] = Key;
        await edge.StartAsync();
        var domain = await _fixture.AddDomainAsync("www.example.test");
        await edge.AppliedAsync(await _fixture.Control.PutCertificateAsync(domain, TestCertificate.Make([domain]).Fullchain, Example));

        await Assert.ThrowsAnyAsync<AuthenticationException>(() => edge.HandshakeAsync(domain));

        // What it holds is no PEM: it was opened, or the log would say that it was not.
        await edge.Process.UntilSaysAsync($"certificate of {domain} can't be used: bad key: ");
    }

    [Fact]
    public async Task Bad_sealing_keys_are_refused_without_being_shown()
    {
        var short31 = Convert.ToBase64String(RandomNumberGenerator.GetBytes(31));
        await using var edge = new EdgeNode(redisPort: 1);
        edge.Environment["CIRRUS_KEY_ENCRYPTION_KEYS"] = $"{Convert.ToBase64String(Current)},{short31}";

        await using var process = ChildProcess.Start(EdgeNode.Program, EdgeNode.Package, [], edge.Environment);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.StartsWith("edge: CIRRUS_KEY_ENCRYPTION_KEYS must be keys of 32 bytes", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(short31, process.Output, StringComparison.Ordinal);
    }

    private async Task BrokenAsync(Func<string, string, string> seal, string logged)
    {
        var domain = await _fixture.AddDomainAsync();
        var (fullchain, key) = TestCertificate.Make([domain]);
        await Edge.AppliedAsync(await _fixture.Control.PutCertificateAsync(domain, fullchain, seal(key, $"cdn:cert:{domain}")));

        await Assert.ThrowsAnyAsync<AuthenticationException>(() => Edge.HandshakeAsync(domain));

        await Edge.Process.UntilSaysAsync($"certificate of {domain} can't be used: its key is {logged}");
    }

    // By hand, as docs/redis.md says, so that the edge is tested alone.
    private static string Seal(byte[] sealingKey, string text, string redisKey)
    {
        var nonce = RandomNumberGenerator.GetBytes(12);
        var plain = Encoding.UTF8.GetBytes(text);
        var (ciphertext, tag) = (new byte[plain.Length], new byte[16]);
        using var aes = new AesGcm(sealingKey, tag.Length);
        aes.Encrypt(nonce, plain, ciphertext, tag, Encoding.UTF8.GetBytes(redisKey));
        return $"sealed:v1:{Id(sealingKey)}:{Convert.ToBase64String([.. nonce, .. ciphertext, .. tag])}";
    }

    private static string Damage(string text) => text[..100] + (text[100] == 'A' ? 'B' : 'A') + text[101..];

    private static string Id(byte[] sealingKey) => Convert.ToHexStringLower(SHA256.HashData(sealingKey))[..8];
}
