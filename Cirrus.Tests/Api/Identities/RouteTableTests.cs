using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Cirrus.Api.Identities;
using Cirrus.Core.Audit;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cirrus.Tests.Api.Identities;

/// <summary>Every route with every kind of caller.</summary>
[Collection(IdentityCollection.Name)]
public sealed class RouteTableTests(IdentityFixture identities)
{
    private const string Domain = "matrix.example.test";
    private static readonly Actor Test = new("test");

    private static readonly Caller[] Callers =
    [
        new("anonymous", null),
        new("wrong token", null, Token: _ => Task.FromResult(ServiceToken.Prefix + Secret.New())),
        new("expired token", null, Token: api => TokenAsync(api, Role.Admin, expiresAt: DateTimeOffset.UtcNow.AddSeconds(-1))),
        new("deleted session", null, Session: _ => Task.FromResult(Secret.New())),
        new("viewer's session", Role.Viewer, Session: api => SessionAsync(api, Role.Viewer)),
        new("operator's session", Role.Operator, Session: api => SessionAsync(api, Role.Operator)),
        new("admin's session", Role.Admin, Session: api => SessionAsync(api, Role.Admin)),
        new("admin's session from another site", Role.Admin, Session: api => SessionAsync(api, Role.Admin), Site: "cross-site"),
        new("viewer token", Role.Viewer, Token: api => TokenAsync(api, Role.Viewer)),
        new("operator token", Role.Operator, Token: api => TokenAsync(api, Role.Operator)),
        new("admin token", Role.Admin, Token: api => TokenAsync(api, Role.Admin)),
        new("token confined to this domain", Role.Operator, Token: api => TokenAsync(api, Role.Operator, "*.example.test"), OfDomain: true),
        new("token confined to another domain", Role.Operator, Token: api => TokenAsync(api, Role.Operator, "*.elsewhere.test"), OfDomain: false),
        new("viewer token confined to this domain", Role.Viewer, Token: api => TokenAsync(api, Role.Viewer, Domain), OfDomain: true),
        new("master", Role.Admin, Token: _ => Task.FromResult(Replica.Master), IsMaster: true),
    ];

    [Fact]
    public void Every_route_has_a_row_and_every_row_a_route()
    {
        var routes = Routes().Select(r => r.Name).Order(StringComparer.Ordinal);
        Assert.Equal(RouteTable.Rows.Select(r => r.Route).Order(StringComparer.Ordinal), routes);
    }

    [Fact]
    public void Every_route_declares_what_its_row_says()
    {
        var rows = RouteTable.Rows.ToDictionary(r => r.Route, r => (r.Least, IsOpen: r.Confined != Confined.Never), StringComparer.Ordinal);
        foreach (var (name, route) in Routes())
        {
            var isAnonymous = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var least = isAnonymous ? Least.Anybody : route.Metadata.GetMetadata<RoutePolicy>() switch
            {
                { MasterOnly: true } => Least.Master,
                { SessionOnly: true } => Least.Session,
                { } policy => Enum.Parse<Least>(policy.Role.ToString()),
                null => throw new InvalidOperationException($"{name} does not say for whom it is."),
            };
            var isOpen = isAnonymous || route.Metadata.GetMetadata<OpenToConfined>() is not null;
            Assert.True((least, isOpen) == rows.GetValueOrDefault(name), $"{name} is for {least}, open to confined: {isOpen}; its row says {rows.GetValueOrDefault(name)}");
        }
    }

    [Fact]
    public async Task Every_route_lets_in_exactly_the_callers_of_its_row()
    {
        var wrong = new List<string>();
        foreach (var row in RouteTable.Rows)
        {
            foreach (var caller in Callers)
            {
                var expected = Expected(row.Route, row.Least, row.Confined, caller);
                var actual = await AskAsync(row.Route, caller);
                var isRefused = actual is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
                if (expected is null ? isRefused || actual == HttpStatusCode.TooManyRequests || (int)actual >= 500 : actual != expected)
                    wrong.Add($"{row.Route} by {caller.Name}: {actual} instead of {expected?.ToString() ?? "being let in"}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // Null: let in.
    private static HttpStatusCode? Expected(string route, Least least, Confined confined, Caller caller)
    {
        if (least == Least.Anybody)
            return null;
        if (caller.Role is not { } role)
            return HttpStatusCode.Unauthorized;
        var isForged = caller.Site == "cross-site" && !route.StartsWith("GET ", StringComparison.Ordinal);
        var isEnough = least switch
        {
            Least.Master => caller.IsMaster,
            Least.Session => caller.Session is not null,
            _ => role >= Enum.Parse<Role>(least.ToString()),
        };
        var isInside = caller.OfDomain is not { } own || confined == Confined.Open || (confined == Confined.OwnDomain && own);
        return isForged || !isEnough || !isInside ? HttpStatusCode.Forbidden : null;
    }

    private async Task<HttpStatusCode> AskAsync(string route, Caller caller)
    {
        var (method, pattern) = (route.Split(' ')[0], route.Split(' ')[1]);
        var path = pattern.Replace("/domains/{name}", $"/domains/{Domain}", StringComparison.Ordinal)
            .Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is not ("GET" or "DELETE"))
            request.Content = new StringContent("{}", Encoding.UTF8, Answers.TypeFor(path));
        if (caller.Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await caller.Token(identities.Api));
        if (caller.Session is not null)
        {
            request.Headers.Add("Cookie", $"cirrus_session={await caller.Session(identities.Api)}");
            request.Headers.Add("Sec-Fetch-Site", caller.Site);
        }
        using var client = identities.Api.Stranger();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private IEnumerable<(string Name, RouteEndpoint Route)> Routes() =>
        from route in identities.Api.Routes
        from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select ($"{method} {route.RoutePattern.RawText!.TrimEnd('/')}", route);

    // A session for each request, as logging out is a route too; and without a password, as hashing hundreds takes minutes.
    private static async Task<string> SessionAsync(Replica api, Role role)
    {
        var users = api.Services.GetRequiredService<UserStore>();
        var name = $"m{Guid.NewGuid():N}";
        await users.PutAsync(new User { Name = name, Role = role, Revision = 1 }, "none", keepAnAdmin: false, Test);
        var sessions = api.Services.GetRequiredService<SessionStore>();
        return (await sessions.OpenAsync((await users.FindAsync(name))!, null, TimeSpan.FromHours(1), Test))!;
    }

    private static async Task<string> TokenAsync(Replica api, Role role, string? domain = null, DateTimeOffset? expiresAt = null)
    {
        var secret = ServiceToken.Prefix + Secret.New();
        await api.Services.GetRequiredService<TokenStore>().AddAsync(
            new ServiceToken
            {
                Id = Secret.NewId(),
                Name = "matrix",
                Role = role,
                Domains = domain is null ? null : [domain],
                Suffix = secret[^2..],
                CreatedBy = "test",
                ExpiresAt = expiresAt,
            },
            secret, Test);
        return secret;
    }

    private sealed record Caller(
        string Name, Role? Role, Func<Replica, Task<string>>? Token = null, Func<Replica, Task<string>>? Session = null, string Site = "same-origin",
        bool IsMaster = false, bool? OfDomain = null);
}
