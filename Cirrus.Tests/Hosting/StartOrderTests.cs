using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Hosting;

public sealed class StartOrderTests
{
    [Fact]
    public async Task A_resource_starts_when_what_it_waits_for_is_healthy()
    {
        await using var app = new LocalApp();
        var store = app.AddScript("store", "touch store-started; exec sleep 1000");
        app.AddFileCheck(store, "ready");
        app.AddScript("api", "touch api-started; exec sleep 1000").WaitFor(store);
        await app.StartAsync();

        await app.StateAsync("store", KnownResourceStates.Running);
        await Wait.UntilAsync("the store has started", () => File.Exists(app.At("store-started")));
        await app.StateAsync("api", KnownResourceStates.Waiting);
        Assert.False(File.Exists(app.At("api-started")));

        await File.WriteAllTextAsync(app.At("ready"), "");
        await app.HealthyAsync("api");
        await Wait.UntilAsync("the api has started", () => File.Exists(app.At("api-started")));
    }

    [Fact]
    public async Task Health_follows_the_check_while_the_process_runs()
    {
        await using var app = new LocalApp();
        app.AddFileCheck(app.AddScript("store", "exec sleep 1000"), "ready");
        await File.WriteAllTextAsync(app.At("ready"), "");
        await app.StartAsync();
        await app.HealthyAsync("store");

        File.Delete(app.At("ready"));
        var unhealthy = await app.App.ResourceNotifications
            .WaitForResourceAsync("store", change => change.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy)
            .WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(KnownResourceStates.Running, unhealthy.Snapshot.State?.Text);
    }

    [Fact]
    public async Task A_web_server_is_healthy_when_it_answers()
    {
        await using var app = new LocalApp();
        var port = FreePort.Next();
        app.Builder.AddExecutable("origin", Repository.At("deploy/origin/bin/origin"), Repository.Root)
            .WithHttpEndpoint(port: port, targetPort: port, isProxied: false)
            .WithEndpoint("http", endpoint => endpoint.TargetHost = "127.0.0.1")
            .WithHttpHealthCheck("/")
            .WithEnvironment("CIRRUS_ORIGIN_LISTEN", "127.0.0.1")
            .WithEnvironment("CIRRUS_ORIGIN_PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .WithEnvironment("CIRRUS_ORIGIN_DATA", app.At("origin"));
        await app.StartAsync();
        await app.HealthyAsync("origin");

        using var client = Aspire.Hosting.Testing.DistributedApplicationHostingTestingExtensions.CreateHttpClient(app.App, "origin");
        using var hello = await client.GetAsync(new Uri("/hello", UriKind.Relative));
        Assert.Equal("max-age=60", hello.Headers.CacheControl?.ToString());
        using var time = await client.GetAsync(new Uri("/time", UriKind.Relative));
        Assert.True(time.Headers.CacheControl?.NoStore);
        using var style = await client.GetAsync(new Uri("/assets/app.css", UriKind.Relative));
        Assert.Equal("text/css", style.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Resources_that_wait_for_each_other_are_refused()
    {
        await using var app = new LocalApp();
        var hen = app.AddScript("hen", "exec sleep 1000");
        var egg = app.AddScript("egg", "exec sleep 1000").WaitFor(hen);
        hen.WaitFor(egg);

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(app.StartAsync);
        Assert.Contains("hen, egg", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_fails_with_its_name()
    {
        await using var app = new LocalApp();
        app.Builder.AddExecutable("ghost", "/nowhere/ghost", app.At("."));
        await app.StartAsync();

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.HealthyAsync("ghost"));
        Assert.Contains("/nowhere/ghost does not exist", failure.Message, StringComparison.Ordinal);
    }
}
