// What the control API is measured beside: the least that a minimal API can do with Redis, one GET.
using StackExchange.Redis;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var redis = await ConnectionMultiplexer.ConnectAsync(builder.Configuration.GetConnectionString("redis")!);

var app = builder.Build();
app.MapGet("/{name}", async (string name) => (string?)await redis.GetDatabase().StringGetAsync($"cdn:dom:{name}") ?? "");
app.Run();
