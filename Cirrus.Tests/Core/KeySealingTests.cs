using Cirrus.Core.Certificates;

namespace Cirrus.Tests.Core;

public sealed class KeySealingTests
{
    private const string Place = "cdn:cert:www.example.test";
    private const string Secret = "-----BEGIN PRIVATE KEY-----\nkey\n-----END PRIVATE KEY-----";
    private static readonly string Old = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly string New = Convert.ToBase64String(Enumerable.Repeat((byte)2, 32).ToArray());

    [Fact]
    public void What_is_sealed_opens_and_shows_nothing_meanwhile()
    {
        var sealing = KeySealing.Parse(New);
        var box = sealing.Seal(Secret, Place);
        Assert.StartsWith("sealed:v1:", box, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", box, StringComparison.Ordinal);
        Assert.Equal(Secret, sealing.Open(box, Place));
    }

    [Fact]
    public void The_same_text_is_never_sealed_alike()
    {
        var sealing = KeySealing.Parse(New);
        Assert.NotEqual(sealing.Seal(Secret, Place), sealing.Seal(Secret, Place));
    }

    [Fact]
    public void The_first_key_seals_and_all_open()
    {
        var before = KeySealing.Parse(Old).Seal(Secret, Place);
        var both = KeySealing.Parse($"{New}, {Old}");
        Assert.Equal(Secret, both.Open(before, Place));
        Assert.Equal(Secret, KeySealing.Parse(New).Open(both.Seal(Secret, Place), Place));
    }

    [Fact]
    public void Without_keys_a_text_stays_as_it_is()
    {
        Assert.Equal(Secret, KeySealing.Parse("").Seal(Secret, Place));
        Assert.Equal(Secret, KeySealing.Parse(New).Open(Secret, Place));
    }

    [Fact]
    public void It_opens_only_where_it_was_put()
    {
        var sealing = KeySealing.Parse(New);
        var e = Assert.Throws<SealedKeyException>(() => sealing.Open(sealing.Seal(Secret, Place), "cdn:cert:other.example.test"));
        Assert.Contains("cdn:cert:other.example.test", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_not_there_is_named_by_its_id_only()
    {
        var box = KeySealing.Parse(Old).Seal(Secret, Place);
        var e = Assert.Throws<SealedKeyException>(() => KeySealing.Parse(New).Open(box, Place));
        Assert.Contains(box.Split(':')[2], e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(New, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sealed:v1:")]
    [InlineData("sealed:v1:00000000")]
    [InlineData("sealed:v1:{id}:")]
    [InlineData("sealed:v1:{id}:AAAA")]
    [InlineData("sealed:v1:{id}:not base64!")]
    public void A_broken_box_is_an_error_of_its_own(string box)
    {
        var id = KeySealing.Parse(New).Seal("", Place).Split(':')[2];
        Assert.Throws<SealedKeyException>(() => KeySealing.Parse(New).Open(box.Replace("{id}", id, StringComparison.Ordinal), Place));
    }

    [Fact]
    public void A_changed_box_does_not_open()
    {
        var sealing = KeySealing.Parse(New);
        var box = sealing.Seal(Secret, Place);
        var bytes = Convert.FromBase64String(box.Split(':')[3]);
        bytes[20] ^= 1;
        Assert.Throws<SealedKeyException>(() => sealing.Open($"sealed:v1:{box.Split(':')[2]}:{Convert.ToBase64String(bytes)}", Place));
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void A_key_that_is_not_32_bytes_is_refused_without_being_shown(string key)
    {
        var e = Assert.Throws<FormatException>(() => KeySealing.Parse($"{New},{key}"));
        Assert.Contains("Key 2 of CIRRUS_KEY_ENCRYPTION_KEYS", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, e.Message, StringComparison.Ordinal);
    }
}
