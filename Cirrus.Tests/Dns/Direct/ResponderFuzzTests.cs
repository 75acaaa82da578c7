using System.Globalization;
using Cirrus.Core.Nodes;
using Cirrus.Dns.Direct;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Queries that nobody should send. CIRRUS_FUZZ_QUERIES says how many (bench/dns-fuzz.sh sends 10 million).</summary>
public sealed class ResponderFuzzTests
{
    private const int MaxFailure = 60;

    [Fact]
    public void Whatever_comes_is_answered_within_its_limit_or_not_at_all()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("CIRRUS_FUZZ_QUERIES"), CultureInfo.InvariantCulture, out var many) ? many : 200_000;
        var zone = TestZone.Snapshot(TestZone.Input(["www.example.com"], TestZone.Node("edge-1", NodeHealth.Up, "192.0.2.11", "2001:db8::11")));
        var answers = new DirectAnswers();
        answers.Replace(AnswerTableBuilder.Build(zone));
        var locator = new Locator();
        locator.Replace(RegionDatabase.Ranges([(System.Net.IPAddress.Parse("192.0.2.0"), 24, 1)]));
        var responder = new Responder(answers, locator, TestResponder.Unsigned(), new ServerCookies([]), new ResponseRate(0, 0));
        var queries = new MutatedQueries(seed: 1);
        var response = new byte[Responder.MaxPayload];
        long allocated = 0;
        for (var i = 0; i < count; i++)
        {
            var query = queries.Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var outcome = responder.Respond(query, ClientAddress.V4(0xC0000205), reliable: false, response, out var length);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (outcome != Outcome.Response)
                continue;
            Assert.InRange(length, 12, Responder.MaxPayload);
            Assert.True(query.Length >= 12 && (query[2] & 0x80) == 0, Convert.ToHexString(query));
            Assert.True((response[2] & 0x80) != 0 && response[0] == query[0] && response[1] == query[1], Convert.ToHexString(query));
            var isFailure = (response[3] & 0x0F) is not (0 or 3) || (response[2] & 0x02) != 0;
            Assert.True(!isFailure || length <= query.Length + MaxFailure, Convert.ToHexString(query));
        }
        // What is made once, at the first query, is no leak.
        Assert.InRange(allocated, 0, 1024);
    }
}
