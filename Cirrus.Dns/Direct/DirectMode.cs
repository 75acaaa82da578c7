using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>All that answers clients directly; while no address to listen on is given it does nothing.</summary>
internal static class DirectMode
{
    public static void AddDirectMode(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DirectAnswers>();
        builder.Services.AddSingleton<Locator>();
        builder.Services.AddSingleton<RegionalZone>();
        builder.Services.AddSingleton(services => new RegionalSignatures(
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IOptions<DnsOptions>>().Value.Dnssec.SignatureValidity));
        builder.Services.AddSingleton<DirectMetrics>();
        builder.Services.AddSingleton<DirectTransports>();
        builder.Services.AddHostedService<AnswerFollower>();
        builder.Services.AddHostedService<RegionalKeys>();
        builder.Services.AddHostedService<RegionDatabaseReader>();
    }
}
