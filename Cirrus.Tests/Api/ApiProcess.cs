using System.Net.Http.Headers;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

/// <summary>The control API as a process of its own, which can be killed.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    public const string Token = "test-master-token";

    private readonly ChildProcess _process;

    private ApiProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>Sends the master token.</summary>
    public HttpClient Client { get; }

    /// <param name="redis">Its connection string.</param>
    public static async Task<ApiProcess> StartAsync(string redis)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var api = new ApiProcess(Launch(redis, address, Token), new Uri(address));
        try
        {
            await Wait.UntilAsync("the API is ready", api.IsReadyAsync);
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>What one says that does not start, when it has ended.</summary>
    public static async Task<string> RefusalAsync(string redis, string master)
    {
        await using var process = Launch(redis, $"http://127.0.0.1:{FreePort.Next()}", master);
        Assert.NotEqual(0, await process.WaitForExitAsync());
        return process.Output;
    }

    /// <summary>Ends it without warning.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private static ChildProcess Launch(string redis, string address, string master) =>
        ChildProcess.Start("dotnet", "dotnet-sdk-10.0", [Path.Combine(AppContext.BaseDirectory, "Cirrus.Api.dll")], new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address,
            ["ConnectionStrings__redis"] = redis,
            ["MASTER_API_TOKEN"] = master,
            ["Origins__AllowedNetworks__0"] = "127.0.0.0/8",
        });

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"The API ended: {_process.Output}");
        try
        {
            return (await Client.GetAsync("/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
