using Cirrus.AppHost;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
{
    Args = args,
    AllowUnsecuredTransport = true,
    // The edges speak plain Redis, also where a developer certificate is trusted.
    DeveloperCertificateDefaultHttpsTerminationEnabled = false,
});

const string zone = "cdn.local.test";
var token = builder.AddSecret("master-api-token", overriddenBy: "MASTER_API_TOKEN");
var edgePassword = builder.AddSecret("edge-redis-password");
var transferSecret = builder.AddSecret("transfer-secret");
var sealing = builder.AddKeyEncryptionKeys();
var redis = builder.AddRedisStore("redis");

var api = builder.AddProject<Projects.Cirrus_Api>("api", launchProfileName: null)
    .WithHttpEndpoint(port: builder.Port("Api", 8000))
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/readyz")
    .WithReference(redis).WaitFor(redis)
    .WithEnvironment("MASTER_API_TOKEN", token)
    .WithEnvironment("Zone__Name", zone)
    .WithKeyEncryptionKeys(sealing)
    .WithEdgeStatus()
    .WithDevelopmentOrigins();

var workers = builder.AddProject<Projects.Cirrus_Workers>("workers", launchProfileName: null)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/readyz")
    .WithReference(redis).WaitFor(redis)
    .WithEnvironment("Zone__Name", zone)
    .WithKeyEncryptionKeys(sealing)
    .WithEdgeAccess(edgePassword);

var dns = builder.AddProject<Projects.Cirrus_Dns>("dns", launchProfileName: null)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/readyz")
    .WithReference(redis).WaitFor(redis)
    .WithHiddenPrimary(zone, transferSecret)
    .WithKeyEncryptionKeys(sealing);

var ns1 = builder.AddSecondary("ns1", dns, zone, transferSecret, index: 0, port: 10054);
var ns2 = builder.AddSecondary("ns2", dns, zone, transferSecret, index: 1, port: 10055);

var resolver = builder.AddResolver("resolver", zone, ns1, ns2);
var pebble = builder.AddCertificateAuthority("pebble", resolver);
workers.WithCertificateAuthority(pebble, resolver);

var edge = builder.AddEdge("edge-1", address: "127.0.0.11", redis, edgePassword, sealing, workers);
builder.AddEdge("edge-2", address: "127.0.0.12", redis, edgePassword, sealing, workers);

var origin = builder.AddOrigin("origin");

builder.AddTryThis(token, api.GetEndpoint("http"), edge, origin.GetEndpoint("http"), pebble);

builder.Build().Run();
