using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Secondaries;
using Cirrus.Core.Steering;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Acme;

/// <summary>Registers what issues certificates.</summary>
internal static class AcmeServices
{
    public static void AddAcme(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AcmeOptions>().BindConfiguration(AcmeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<AcmeOptions>, AcmeOptionsValidator>();
        services.AddOptions<ZoneOptions>().BindConfiguration(ZoneOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        // Read at once: a key that can't be used stops the start.
        services.AddSingleton(KeySealing.Parse(builder.Configuration[KeySealing.Setting]));
        services.AddSingleton<DomainStore>().AddSingleton<CertificateStore>().AddSingleton<SecondaryStore>().AddSingleton<AppliedBell>();
        services.AddSingleton<AcmeAccountStore>().AddSingleton<AcmeStatusStore>().AddSingleton<AcmeTaskStore>().AddSingleton<ChallengeStore>()
            .AddSingleton<AuthorityStore>().AddSingleton<AuthorityChoreStore>();

        services.AddSingleton<Authorities>().AddSingleton<Suffixes>().AddSingleton<AcmeAccounts>().AddSingleton<IssuanceStores>();
        services.AddSingleton<CnameLookup>().AddSingleton<CnameCheck>().AddSingleton<SecondariesWait>();
        services.AddSingleton<OrderDesk>().AddSingleton<OrderProof>().AddSingleton<CertificateInstall>().AddSingleton<OrderEnd>();
        services.AddSingleton<RenewalTimes>().AddSingleton<IssuanceMetrics>().AddSingleton<CertificateIssuer>();
        services.AddHostedService<IssuanceQueue>();
        services.AddHostedService<RenewalScan>();
        services.AddHostedService<AuthorityChores>();
    }
}
