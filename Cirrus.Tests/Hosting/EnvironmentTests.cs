using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Hosting;

public sealed class EnvironmentTests
{
    // The file is whole as soon as it is there.
    private const string ShowVariables = "env > variables.new; mv variables.new variables; exec sleep 1000";

    [Fact]
    public async Task A_reference_gives_the_connection_string_and_its_parts()
    {
        await using var app = new LocalApp();
        var port = FreePort.Next();
        var password = app.Builder.AddParameter("store-password", new GenerateParameterDefault { Special = false }, secret: true, persist: true);
        var store = app.Builder.AddResource(new Store("store", app.At("."), password.Resource))
            .WithEndpoint(port: port, targetPort: port, scheme: "redis", name: "tcp", isProxied: false);
        app.AddScript("client", ShowVariables).WithReference(store);
        await app.StartAsync();

        var variables = await VariablesAsync(app);
        var secret = await password.Resource.GetValueAsync(default);
        Assert.Equal($"127.0.0.1:{port},password={secret}", variables["ConnectionStrings__store"]);
        Assert.Equal("127.0.0.1", variables["STORE_HOST"]);
        Assert.Equal($"redis://:{secret}@127.0.0.1:{port}", variables["STORE_URI"]);
        Assert.Equal(variables["ConnectionStrings__store"], await Aspire.Hosting.Testing.DistributedApplicationHostingTestingExtensions.GetConnectionStringAsync(app.App, "store"));
    }

    [Fact]
    public async Task A_reference_to_an_endpoint_gives_its_address()
    {
        await using var app = new LocalApp();
        var server = app.AddScript("web", "echo $PORT > port; exec sleep 1000").WithHttpEndpoint(env: "PORT");
        app.AddScript("client", ShowVariables).WithReference(server.GetEndpoint("http"));
        await app.StartAsync();

        var variables = await VariablesAsync(app);
        await Wait.UntilAsync("the server's port", () => app.Lines("port").Length == 1);
        Assert.Equal($"http://localhost:{app.Lines("port")[0]}", variables["services__web__http__0"]);
        Assert.Equal(variables["services__web__http__0"], variables["WEB_HTTP"]);
    }

    [Fact]
    public async Task Properties_of_endpoints_are_values()
    {
        await using var app = new LocalApp();
        var port = FreePort.Next();
        var server = app.AddScript("ns", "exec sleep 1000")
            .WithEndpoint(port: port, targetPort: port, scheme: "udp", name: "dns", isProxied: false, protocol: ProtocolType.Udp)
            .WithEndpoint("dns", endpoint => endpoint.TargetHost = "127.0.0.11");
        var dns = server.GetEndpoint("dns");
        app.AddScript("client", ShowVariables)
            .WithEnvironment("ADDRESS", dns.Property(EndpointProperty.Host))
            .WithEnvironment("NUMBER", dns.Property(EndpointProperty.Port))
            .WithEnvironment("TEXT", $"{dns.Property(EndpointProperty.HostAndPort)}, twice {{braced}}");
        await app.StartAsync();

        var variables = await VariablesAsync(app);
        Assert.Equal("127.0.0.11", variables["ADDRESS"]);
        Assert.Equal($"{port}", variables["NUMBER"]);
        Assert.Equal($"127.0.0.11:{port}, twice {{braced}}", variables["TEXT"]);
    }

    [Fact]
    public async Task What_a_resource_writes_is_kept_in_the_data_folder()
    {
        await using var app = new LocalApp();
        app.AddScript("talker", "echo hello; echo sorry >&2; exec sleep 1000");
        await app.StartAsync();

        string Log() => string.Join('\n', app.Lines("data/logs/talker.log"));
        await Wait.UntilAsync("both lines", () => Log().Contains("hello", StringComparison.Ordinal) && Log().Contains("sorry", StringComparison.Ordinal));
    }

    private static async Task<Dictionary<string, string>> VariablesAsync(LocalApp app)
    {
        await Wait.UntilAsync("the variables", () => app.Lines("variables").Length > 0);
        return app.Lines("variables").Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private sealed class Store(string name, string folder, ParameterResource password)
        : ExecutableResource(name, "sleep", folder), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Host}:{Port},password={password}");

        private EndpointReferenceExpression Host => new EndpointReference(this, "tcp").Property(EndpointProperty.IPV4Host);

        private EndpointReferenceExpression Port => new EndpointReference(this, "tcp").Property(EndpointProperty.Port);

        IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        [
            new("Host", ReferenceExpression.Create($"{Host}")),
            new("Uri", ReferenceExpression.Create($"redis://:{password:uri}@{Host}:{Port}")),
        ];
    }
}
