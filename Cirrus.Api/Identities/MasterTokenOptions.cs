using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Cirrus.Api.Identities;

/// <summary>The one credential of the control API; comes from the environment as <c>MASTER_API_TOKEN</c>.</summary>
internal sealed class MasterTokenOptions
{
    public const string Key = "MASTER_API_TOKEN";

    [Required(ErrorMessage = $"{Key} is not set. Set it to a long random secret.")]
    public string Token { get; set; } = "";
}

internal static class MasterTokenExtensions
{
    public static void AddMasterToken(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MasterTokenOptions>()
            .Configure(options => options.Token = builder.Configuration[MasterTokenOptions.Key] ?? "")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<IAuthorizationHandler, RoutePolicyHandler>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalToProblem>();
        builder.Services.AddAuthentication(MasterTokenHandler.Bearer)
            .AddScheme<AuthenticationSchemeOptions, MasterTokenHandler>(MasterTokenHandler.Bearer, null);
    }
}
