using Cirrus.Api.Identities;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Api.Identities;

public sealed class PasswordTests
{
    [Theory]
    [InlineData("elevenchars")]
    [InlineData("Alice-Alice-Alice")]
    [InlineData("twelve\tcharacters")]
    public void What_is_no_password_is_told(string input) => Assert.NotNull(Password.Problem(input, "alice-alice-alice"));

    // Not among the rows above: the test runner can't write such a text down.
    [Fact]
    public void Half_a_character_is_no_password() => Assert.NotNull(Password.Problem("broken surrogate \ud800", "alice"));

    [Fact]
    public void Length_is_counted_in_characters()
    {
        Assert.Null(Password.Problem(string.Concat(Enumerable.Repeat("🔑", 12)), "alice"));
        Assert.NotNull(Password.Problem(string.Concat(Enumerable.Repeat("🔑", 11)), "alice"));
        Assert.Null(Password.Problem(new string('x', 256), "alice"));
        Assert.Equal("A password has 12 to 256 characters.", Password.Problem(new string('x', 257), "alice"));
    }

    [Fact]
    public async Task A_hash_is_of_one_password_and_never_the_same_twice()
    {
        using var hasher = new PasswordHasher(Options.Create(new PasswordOptions()));
        var first = await hasher.HashAsync("correct horse battery");
        Assert.NotEqual(first, await hasher.HashAsync("correct horse battery"));
        Assert.Matches(@"^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", first);
        Assert.True(await hasher.VerifyAsync("correct horse battery", first));
        Assert.False(await hasher.VerifyAsync("correct horse batterx", first));
        Assert.False(await hasher.VerifyAsync("correct horse battery", null));
        Assert.False(hasher.IsOutdated(first));
    }

    // A vector of the reference implementation's own tests (phc-winner-argon2, src/test.c).
    [Fact]
    public async Task Hashes_of_another_implementation_are_understood()
    {
        const string Reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        using var hasher = new PasswordHasher(Options.Create(new PasswordOptions()));
        Assert.True(await hasher.VerifyAsync("password", Reference));
        Assert.False(await hasher.VerifyAsync("passwort", Reference));
        Assert.True(hasher.IsOutdated(Reference));
    }

    [Fact]
    public void No_more_than_so_many_wait_for_their_hash()
    {
        using var hasher = new PasswordHasher(Options.Create(new PasswordOptions { AtOnce = 1, Waiting = 2 }));
        using var first = hasher.TryTakePlace();
        using var second = hasher.TryTakePlace();
        using (hasher.TryTakePlace())
            Assert.Null(hasher.TryTakePlace());
        using var third = hasher.TryTakePlace();
        Assert.NotNull(third);
    }
}
