using Cirrus.Api.Changes;
using Cirrus.Api.Domains;
using Cirrus.Api.Identities;
using Cirrus.Api.Nodes;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Purges;
using Cirrus.Api.Requests;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Purges;
using Cirrus.Core.Secondaries;
using Cirrus.Core.Steering;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddRequestLimits();
builder.AddProblems();
builder.AddIdentities();
builder.AddApiDocument();
builder.Services.AddOptions<ZoneOptions>().BindConfiguration(ZoneOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.Services
    .AddSingleton<DomainStore>()
    .AddSingleton<NodeStore>()
    .AddSingleton<PurgeStore>()
    .AddSingleton<SecondaryStore>()
    .AddSingleton<ChangeLog>()
    .AddSingleton<AppliedLog>()
    .AddSingleton<AppliedBell>()
    .AddSingleton<Receipts>();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseRequestLimits();
app.UseAuthentication();
app.UseAuthorization();

app.MapDefaultEndpoints();
app.MapApiDocument();
app.MapProblemPages();
var api = app.MapGroup("/api/v1").EveryRouteSaysForWhom();
api.MapDomains();
api.MapNodes();
api.MapPurges();
api.MapChanges();
api.MapIdentities();
app.Run();
