using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Cirrus.Api.Identities;

/// <summary>Who calls, and what they may do.</summary>
internal static class IdentityExtensions
{
    private const string AnyOfThem = "Any";

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
        builder.Services.AddAuthentication(AnyOfThem)
            .AddPolicyScheme(AnyOfThem, null, either =>
            {
                // A program that sends a token means the token, whatever cookies its library keeps.
                either.ForwardDefaultSelector = context =>
                    !BearerHandler.IsUsedBy(context.Request) && SessionCookie.Read(context.Request) is not null
                        ? SessionHandler.Session
                        : BearerHandler.Bearer;
                either.ForwardChallenge = BearerHandler.Bearer;
            })
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Bearer, null)
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
