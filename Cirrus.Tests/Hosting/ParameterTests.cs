using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Hosting;

public sealed class ParameterTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_generated_secret_survives_a_restart_and_only_its_owner_can_read_it()
    {
        var first = await ValueAsync();
        Assert.Matches("^[a-zA-Z0-9]{40}$", first);
        Assert.Equal(first, await ValueAsync());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("parameters.json")));
    }

    [Theory]
    [InlineData("--Parameters:api-token=given")]
    [InlineData("--Parameters:api_token=given")]
    public async Task Configuration_wins(string argument) => Assert.Equal("given", await ValueAsync(argument));

    [Fact]
    public async Task A_publication_generates_nothing()
    {
        await ValueAsync("--operation=publish");
        Assert.False(File.Exists(_folder.At("parameters.json")));
    }

    private async Task<string?> ValueAsync(params string[] args)
    {
        await using var builder = DistributedApplicationTestingBuilder.Create([$"--Data={_folder.Path}", .. args]);
        var parameter = builder.AddParameter("api-token", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);
        return await parameter.Resource.GetValueAsync(default);
    }
}
