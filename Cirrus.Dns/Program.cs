using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Secondaries;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Cirrus.Dns;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Server;
using Cirrus.Dns.Signatures;
using Cirrus.Dns.Steering;
using Cirrus.Dns.Transfers;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

builder.Services.AddOptions<ZoneOptions>().BindConfiguration(ZoneOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddOptions<DnsOptions>().BindConfiguration(DnsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddSingleton<IValidateOptions<DnsOptions>, DnsOptionsValidator>();

builder.Services.AddSingleton<ChangeLog>();
builder.Services.AddSingleton<AppliedLog>();
builder.Services.AddSingleton<DomainStore>();
builder.Services.AddSingleton<CertificatePresence>();
builder.Services.AddSingleton<NodeStore>();
builder.Services.AddSingleton<ChallengeStore>();
builder.Services.AddSingleton<SecondaryStore>();
builder.Services.AddSingleton<ZoneStore>();

builder.Services.AddSingleton<CurrentZone>();
builder.Services.AddSingleton<DomainLeads>();
builder.Services.AddSingleton<ZoneAssembly>();
builder.Services.AddSingleton<Leadership>();
builder.Services.AddSingleton<ZonePublisher>();
builder.Services.AddSingleton<ZoneReplica>();
builder.Services.AddSingleton<ZoneLine>();
builder.Services.AddSingleton<SecondaryAddresses>();
builder.Services.AddSingleton<SecondaryClient>();
builder.Services.AddSingleton<TsigKeyRing>();
builder.Services.AddSingleton<TransferDesk>();
builder.AddDirectMode();
builder.Services.AddSingleton<QueryHandler>();
builder.Services.AddSingleton<DnsListener>();
builder.Services.AddHostedService(services => services.GetRequiredService<DnsListener>());
builder.Services.AddHostedService<ZoneFollower>();
builder.Services.AddHostedService<ZoneLeader>();
builder.Services.AddHostedService<GateWatch>();
builder.Services.AddHostedService<AbsenceWatch>();
builder.Services.AddHostedService<SecondaryWatch>();
builder.Services.AddHealthChecks().AddCheck<ZoneHealthCheck>("zone");

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
