using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Workers.Access;
using Cirrus.Workers.Acme;
using Cirrus.Workers.Health;
using Cirrus.Workers.Quarantining;
using Cirrus.Workers.Receipts;
using Cirrus.Workers.Watching;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

builder.Services.AddOptions<EdgePorts>().BindConfiguration(EdgePorts.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddOptions<EdgeUserOptions>().BindConfiguration(EdgeUserOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddOptions<WatchOptions>().BindConfiguration(WatchOptions.Section).ValidateDataAnnotations().ValidateOnStart();

builder.Services.AddOptions<QuarantineOptions>().BindConfiguration(QuarantineOptions.Section).ValidateDataAnnotations().ValidateOnStart();

builder.Services.AddSingleton<ChangeLog>();
builder.Services.AddSingleton<AppliedLog>();
builder.Services.AddSingleton<NodeStore>();
builder.Services.AddSingleton<VoteStore>();
builder.Services.AddSingleton<HealthHistory>();

builder.Services.AddSingleton<ServedNames>();
builder.Services.AddSingleton<HealthProbe>();
builder.Services.AddSingleton<Findings>();
builder.Services.AddSingleton<NodeFollower>();
builder.Services.AddHostedService<Prober>();
builder.Services.AddSingleton<ReceiptFollower>();
builder.Services.AddSingleton<NodeWatch>();
builder.Services.AddHostedService<Watch>();
builder.Services.AddHostedService<QuarantineWatch>();
builder.Services.AddHostedService<EdgeUser>();
builder.Services.AddHostedService<PeerSecret>();
builder.AddAcme();

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
