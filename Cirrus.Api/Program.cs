using Cirrus.Api.Acme;
using Cirrus.Api.Audit;
using Cirrus.Api.Certificates;
using Cirrus.Api.Changes;
using Cirrus.Api.Domains;
using Cirrus.Api.Edges;
using Cirrus.Api.Explaining;
using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.Nodes;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Purges;
using Cirrus.Api.RateLimiting;
using Cirrus.Api.Requests;
using Cirrus.Api.Steering;
using Cirrus.Api.Warming;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Origins;
using Cirrus.Core.Purges;
using Cirrus.Core.Secondaries;
using Cirrus.Core.Steering;
using Cirrus.Core.Warming;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRequestLimits();
builder.AddProblems();
builder.AddIdentities();
builder.AddAudit();
builder.AddRateLimits();
builder.AddIdempotency();
builder.AddApiDocument();
builder.AddDomains();
builder.AddCertificates();
builder.Services.AddOptions<ZoneOptions>().BindConfiguration(ZoneOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddOptions<EdgePorts>().BindConfiguration(EdgePorts.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddOptions<OriginsOptions>().BindConfiguration(OriginsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services
    .AddSingleton(services => services.GetRequiredService<IOptions<OriginsOptions>>().Value.ToPolicy())
    .AddSingleton<NodeStore>()
    .AddSingleton<VoteStore>()
    .AddSingleton<HealthHistory>()
    .AddSingleton<NodeWriter>()
    .AddSingleton<BodyRules>()
    .AddSingleton<Patched>()
    .AddSingleton<PurgeStore>()
    .AddSingleton<DomainOwners>()
    .AddSingleton<PurgeTargets>()
    .AddSingleton<PurgeReading>()
    .AddSingleton<WarmStore>()
    .AddSingleton<EdgeClient>()
    .AddSingleton<PlanTurns>()
    .AddSingleton<SecondaryStore>()
    .AddSingleton<ChangeLog>()
    .AddSingleton<AppliedLog>()
    .AddSingleton<AppliedBell>()
    .AddSingleton<Receipts>();

var app = builder.Build();
app.UseHead();
app.UseRequestIdHeader();
app.UseRefusalTrail();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseAuthentication();
app.UseRateLimits();
app.UseRequestLimits();
app.UseAuthorization();
app.UseKnownQuery();
app.UseIdempotency();

app.MapDefaultEndpoints();
app.MapApiDocument();
app.MapProblemPages();
var api = app.MapGroup("/api/v1").EveryRouteSaysForWhom().EveryQueryIsKnown();
api.MapDomains();
api.MapCertificates();
api.MapAcme();
api.MapNodes();
api.MapPurges();
api.MapWarming();
api.MapExplaining();
api.MapSteering();
api.MapChanges();
api.MapAudit();
api.MapIdentities();
app.Run();
