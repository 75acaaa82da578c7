using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Cirrus.Api.Identities;

/// <summary>Who calls, and what they may do.</summary>
internal static class IdentityExtensions
{
    public static void AddIdentities(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MasterTokenOptions>()
            .Configure(options => options.Token = builder.Configuration[MasterTokenOptions.Key] is { Length: > 0 } token ? token : null)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<PasswordOptions>().BindConfiguration(PasswordOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<LoginOptions>().BindConfiguration(LoginOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<PublicOriginOptions>().BindConfiguration(PublicOriginOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton<UserStore>()
            .AddSingleton<SessionStore>()
            .AddSingleton<TokenStore>()
            .AddSingleton<LoginThrottle>()
            .AddSingleton<SetupCode>()
            .AddSingleton<PasswordHasher>()
            .AddSingleton<PasswordCheck>()
            .AddSingleton<SessionCookie>()
            .AddSingleton<SameOrigin>()
            .AddHostedService<SetupOffer>();

        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<IAuthorizationHandler, RoutePolicyHandler>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalToProblem>();
        builder.Services.AddAuthentication(BearerHandler.Bearer)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Bearer, bearer =>
            {
                // A program that sends a token means the token, whatever cookies its library keeps.
                bearer.ForwardDefaultSelector = context =>
                    SessionCookie.Read(context.Request) is not null && !BearerHandler.IsUsedBy(context.Request) ? SessionHandler.Session : null;
                bearer.ForwardChallenge = BearerHandler.Bearer;
            })
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.Session, null);
    }

    public static void MapIdentities(this IEndpointRouteBuilder routes)
    {
        routes.MapAuth();
        routes.MapTokens();
        routes.MapUsers();
        routes.MapSetup();
    }
}
