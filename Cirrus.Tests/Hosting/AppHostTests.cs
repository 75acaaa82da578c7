using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Hosting;

/// <summary>The real AppHost, described but not started.</summary>
public sealed class AppHostTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_manifest_is_the_one_Aspire_writes()
    {
        // Beside the AppHost's folder, so that the paths in it do not depend on where the working copy is.
        var path = Repository.At($"Cirrus.AppHost/obj/{Guid.NewGuid():N}/manifest.json");
        try
        {
            await PublishAsync(path);
            var expected = await File.ReadAllTextAsync(Repository.At("Cirrus.Tests/Hosting/manifest.json"));
            Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(await File.ReadAllTextAsync(path))!.ToJsonString());
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public async Task Everything_published_is_a_project_a_container_or_a_parameter()
    {
        await PublishAsync(_folder.At("manifest"));
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(_folder.At("manifest/aspire-manifest.json")))!;
        var resources = manifest["resources"]!.AsObject();
        string[] allowed = ["annotated.string", "container.v0", "container.v1", "parameter.v0", "project.v0", "value.v0"];
        Assert.All(resources, resource => Assert.Contains(resource.Value!["type"]!.GetValue<string>(), allowed));
        Assert.All(resources, resource => Assert.Null(resource.Value!["bindMounts"]));
        Assert.All(
            resources.Where(resource => resource.Value!["build"] is not null),
            resource => Assert.True(File.Exists(Path.GetFullPath(resource.Value!["build"]!["dockerfile"]!.GetValue<string>(), _folder.At("manifest"))), resource.Key));
    }

    [Fact]
    public async Task Here_everything_is_a_project_or_a_program()
    {
        await using var builder = await CreateAsync();
        Assert.Empty(builder.Resources.OfType<ContainerResource>());
        Assert.Equal(
            ["redis", "ns1", "ns2", "resolver", "pebble", "edge-1", "edge-2", "origin"],
            builder.Resources.OfType<ExecutableResource>().Select(resource => resource.Name));
        Assert.All(builder.Resources.OfType<ExecutableResource>(), resource => Assert.True(File.Exists(resource.Command), resource.Command));
    }

    [Fact]
    public async Task Redis_moves_aside_when_its_port_is_held()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var held = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using var builder = await CreateAsync($"--Ports:Redis={held}");

        var endpoint = builder.Resources.Single(resource => resource.Name == "redis").Annotations.OfType<EndpointAnnotation>().Single();
        Assert.NotEqual(held, endpoint.Port);
        Assert.NotNull(endpoint.Port);
    }

    [Fact]
    public async Task The_token_can_be_given_from_outside()
    {
        await using var builder = await CreateAsync("--MASTER_API_TOKEN=from-outside");
        var token = builder.Resources.OfType<ParameterResource>().Single(parameter => parameter.Name == "master-api-token");
        Assert.Equal("from-outside", await token.GetValueAsync(default));
    }

    [Fact]
    public async Task A_key_that_seals_private_keys_is_made_and_has_32_bytes()
    {
        await using var builder = await CreateAsync();
        Assert.Equal(32, Convert.FromBase64String((await SealingKeysAsync(builder))!).Length);
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")]
    [InlineData("")]
    public async Task The_keys_that_seal_private_keys_can_be_given_from_outside(string keys)
    {
        await using var builder = await CreateAsync($"--CIRRUS_KEY_ENCRYPTION_KEYS={keys}");
        Assert.Equal(keys, await SealingKeysAsync(builder));
    }

    private static async Task<string?> SealingKeysAsync(IDistributedApplicationTestingBuilder builder) =>
        await builder.Resources.OfType<ParameterResource>().Single(parameter => parameter.Name == "key-encryption-keys").GetValueAsync(default);

    private Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] args) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.Cirrus_AppHost>([$"--Data={_folder.At("data")}", .. args]);

    private async Task PublishAsync(string path)
    {
        await using var builder = await CreateAsync("--publisher", "manifest", "--output-path", path);
        await using var app = await builder.BuildAsync();
        await app.RunAsync();
    }
}
