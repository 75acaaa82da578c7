using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

public sealed class StartTests
{
    [Theory]
    [InlineData("CIRRUS_NODE_ID", "")]
    [InlineData("CIRRUS_NODE_ID", "has space")]
    [InlineData("CIRRUS_NODE_ID", "a\"; evil")]
    [InlineData("CIRRUS_EDGE_LISTEN", "localhost")]
    [InlineData("CIRRUS_EDGE_HTTP_PORT", "0")]
    [InlineData("CIRRUS_EDGE_HTTPS_PORT", "https")]
    [InlineData("CIRRUS_EDGE_PUBLIC_HTTPS_PORT", "0")]
    [InlineData("CIRRUS_EDGE_CERTIFICATES_SIZE", "lots")]
    [InlineData("CIRRUS_EDGE_TAGS_SIZE", "10g")]
    [InlineData("CIRRUS_EDGE_HTTP3", "yes")]
    // Of Debian's nginx, that is.
    [InlineData("CIRRUS_EDGE_HTTP3", "on")]
    [InlineData("CIRRUS_EDGE_STATUS_PORT", "65536")]
    [InlineData("CIRRUS_EDGE_STATUS_ALLOW", "all; allow")]
    [InlineData("CIRRUS_EDGE_STATUS_ALLOW", "127.0.0.1,10.0.0.0/33")]
    [InlineData("CIRRUS_EDGE_STATUS_ALLOW", "10.0.0.0/8 *")]
    [InlineData("CIRRUS_EDGE_HEADER_TIMEOUT", "0")]
    [InlineData("CIRRUS_EDGE_BODY_TIMEOUT", "1m")]
    [InlineData("CIRRUS_EDGE_SEND_TIMEOUT", "-1")]
    [InlineData("CIRRUS_EDGE_HEADER_SIZE", "16")]
    [InlineData("CIRRUS_EDGE_LIMITS_SIZE", "16g")]
    [InlineData("CIRRUS_EDGE_COUNTRY_DATABASE", "countries.mmdb")]
    [InlineData("CIRRUS_EDGE_DATA", "relative/path")]
    [InlineData("CIRRUS_EDGE_CACHE_SIZE", "ten")]
    [InlineData("CIRRUS_EDGE_CACHE_FREE", "some")]
    [InlineData("CIRRUS_EDGE_WORKERS", "0")]
    [InlineData("CIRRUS_EDGE_MEMORY_SIZE", "-1m")]
    [InlineData("CIRRUS_EDGE_TLS_POOLS", "1000")]
    [InlineData("CIRRUS_EDGE_ORIGIN_IDLE", "0")]
    [InlineData("CIRRUS_EDGE_PEER_PORT", "0")]
    [InlineData("CIRRUS_EDGE_PEER_HTTPS_PORT", "https")]
    [InlineData("CIRRUS_EDGE_LOG_CLIENT", "some")]
    [InlineData("CIRRUS_EDGE_RESOLVER", "127.0.0.1;")]
    [InlineData("CIRRUS_EDGE_ORIGIN_ALLOW", "127.0.0")]
    [InlineData("CIRRUS_EDGE_ORIGIN_ALLOW", "127.0.0.0/8, 10.0.0.0/33")]
    [InlineData("CIRRUS_EDGE_ORIGIN_ALLOW", "256.0.0.0/8")]
    [InlineData("CIRRUS_EDGE_ORIGIN_ALLOW", "fc00::/129")]
    [InlineData("REDIS_HOST", "a b")]
    [InlineData("REDIS_PORT", "x")]
    public async Task A_bad_setting_is_refused_by_name(string name, string value)
    {
        await using var edge = new EdgeNode(redisPort: 1);
        edge.Environment[name] = value;

        await using var process = ChildProcess.Start(EdgeNode.Program, EdgeNode.Package, [], edge.Environment);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.StartsWith($"edge: {name} is ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_listeners_on_one_port_are_refused()
    {
        await using var edge = new EdgeNode(redisPort: 1);
        edge.Environment["CIRRUS_EDGE_HTTPS_PORT"] = edge.Environment["CIRRUS_EDGE_HTTP_PORT"];

        await using var process = ChildProcess.Start(EdgeNode.Program, EdgeNode.Package, [], edge.Environment);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Equal($"edge: CIRRUS_EDGE_HTTP_PORT and CIRRUS_EDGE_HTTPS_PORT are both {edge.HttpPort}", process.Output);
    }

    [Fact]
    public async Task A_second_node_on_the_same_data_is_refused()
    {
        await using var edge = new EdgeNode(redisPort: FreePort.Next());
        await edge.StartAsync();
        int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
        var environment = new Dictionary<string, string>(edge.Environment)
        {
            ["CIRRUS_EDGE_HTTP_PORT"] = $"{ports[0]}",
            ["CIRRUS_EDGE_STATUS_PORT"] = $"{ports[1]}",
            ["CIRRUS_EDGE_HTTPS_PORT"] = $"{ports[2]}",
        };

        await using var second = ChildProcess.Start(EdgeNode.Program, EdgeNode.Package, [], environment);

        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains($"process {edge.Process.Id}) uses {edge.Data}", second.Output, StringComparison.Ordinal);
        Assert.Equal("edge-test", (await edge.StatusAsync()).Node);
    }

    [Theory]
    [InlineData(Signals.Term)]
    [InlineData(Signals.Quit)]
    public async Task A_signal_ends_the_node_and_all_its_processes(int signal)
    {
        await using var edge = new EdgeNode(redisPort: FreePort.Next());
        await edge.StartAsync();
        var children = edge.Process.Children();

        await edge.Process.StopAsync(signal);

        Assert.DoesNotContain(children, id => Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public async Task The_configuration_holds_no_password()
    {
        await using var edge = new EdgeNode(redisPort: FreePort.Next());
        edge.Environment["CIRRUS_EDGE_REDIS_PASSWORD"] = "a-very-secret-word";
        await edge.StartAsync();
        // Some files come and go.
        edge.Freeze();

        Assert.All(
            Directory.GetFiles(edge.Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)),
            file => Assert.DoesNotContain("a-very-secret-word", File.ReadAllText(file), StringComparison.Ordinal));
    }
}
