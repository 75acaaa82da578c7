// Fills a Redis with domains and nodes, or measures from changes of them until secondaries serve what follows.
// usage: BenchDns fill DOMAINS NODES
//        BenchDns measure ZONE DOMAINS ROUNDS PROCESS PORT...   (process id of Cirrus.Dns, UDP ports of secondaries)
//        BenchDns add ZONE ROUNDS PROCESS PORT...   (only domains that are added)
// Redis is that of ConnectionStrings__redis.
using System.Globalization;
using Cirrus.Bench.Dns;
using StackExchange.Redis;

var options = ConfigurationOptions.Parse(Environment.GetEnvironmentVariable("ConnectionStrings__redis")!);
options.AsyncTimeout = 60_000;
await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
switch (args)
{
    case ["fill", var domains, var nodes]:
        await new Filling(redis).FillAsync(Number(domains), Number(nodes));
        return 0;
    case ["measure", var zone, var domains, var rounds, var process, .. var ports]:
        using (var measurement = new Measurement(redis, zone, Number(domains), Number(process), [.. ports.Select(Number)]))
            Console.WriteLine(await measurement.RunAsync(Number(rounds)));
        return 0;
    case ["add", var zone, var rounds, var process, .. var ports]:
        using (var measurement = new Measurement(redis, zone, 0, Number(process), [.. ports.Select(Number)]))
            Console.WriteLine(await measurement.AddedAsync(Number(rounds)));
        return 0;
    default:
        return 1;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
