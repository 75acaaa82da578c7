using System.Text.RegularExpressions;
using Cirrus.Tests.Api.Identities;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api.OpenApi;

/// <summary>A way through what needs no token: the first admin of an API without a master token, from setup to the end of the session.</summary>
internal static partial class FirstAdmin
{
    public static async Task WalkAsync(Conversation talk)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis, master: null);
        await Wait.UntilAsync("the setup code is in the log", () => api.Log.Any(l => Code().IsMatch(l)));
        var code = Code().Match(string.Join('\n', api.Log)).Value;
        using var stranger = api.Stranger();

        // All of the example but its code can be used as it is, and the session's examples go on from there.
        var setup = Code().Replace(talk.ExampleOf("setUp"), code);
        Assert.Equal(403, (await talk.CallAsync(stranger, "setUp")).Status);
        Assert.Equal(201, (await talk.CallAsync(stranger, "setUp", body: setup)).Status);
        Assert.Equal(409, (await talk.CallAsync(stranger, "setUp", body: setup)).Status);
        var opened = await talk.CallAsync(stranger, "logIn");
        Assert.Equal(200, opened.Status);

        using var alice = api.WithSession(opened.Response.SessionCookie());
        var changed = await talk.CallAsync(alice, "changePassword");
        Assert.Equal(204, changed.Status);
        Assert.Equal(401, (await talk.CallAsync(stranger, "logIn")).Status);
        using var again = api.WithSession(changed.Response.SessionCookie());
        Assert.Equal(204, (await talk.CallAsync(again, "logOut", new Dictionary<string, string> { ["everywhere"] = "true" })).Status);
    }

    [GeneratedRegex("[A-Z0-9]{5}(-[A-Z0-9]{5}){3}")]
    private static partial Regex Code();
}
