using System.Text;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;
using Cirrus.Dns.Answering;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>From the octets of a query to those of the answer.</summary>
public sealed class ResponderTests
{
    private static readonly string Served = TestZone.AccessNameOf("www.example.com");
    private static readonly ZoneSnapshot Zone = ZoneWithMore();
    private static readonly TestResponder Responder = new(Zone);

    public static TheoryData<string, RecordType> Questions() => new()
    {
        { TestZone.Name, RecordType.Soa },
        { TestZone.Name, RecordType.Ns },
        { TestZone.Name, RecordType.CAA },
        { TestZone.Name, RecordType.A },
        { TestZone.Name, RecordType.Any },
        { "ns1." + TestZone.Name, RecordType.A },
        { Served, RecordType.A },
        { Served, RecordType.Aaaa },
        { Served, RecordType.CAA },
        { Served, RecordType.Any },
        { "_acme-challenge." + Served, RecordType.Txt },
        { "b." + TestZone.Name, RecordType.A },
        { "b." + TestZone.Name, RecordType.Any },
        { "a.b." + TestZone.Name, RecordType.Txt },
        { "x." + Served, RecordType.A },
        { "*." + TestZone.Name, RecordType.A },
        { "nothing." + TestZone.Name, RecordType.A },
        { "x" + TestZone.Name, RecordType.A },
        { "example.test", RecordType.Soa },
        { "", RecordType.Ns },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void An_answer_is_that_of_the_zone(string name, RecordType type) => AssertAnswersAsTheZone(name, type);

    [Fact]
    public void So_is_that_to_any_question()
    {
        var label = OneOf("a", "b", "ns1", "x", "_acme-challenge", "cdn", "example", "test", Served.Split('.')[0]);
        var name = Gen.Select(label.Array[0, 3], OneOf(TestZone.Name, Served, "example.test", "b." + TestZone.Name),
            (labels, end) => string.Join('.', labels.Append(end)));
        var type = OneOf(RecordType.A, RecordType.Aaaa, RecordType.Txt, RecordType.Ns, RecordType.Soa, RecordType.CAA, RecordType.Any, RecordType.Mx);
        Gen.Select(name, type).Sample(q => AssertAnswersAsTheZone(q.Item1, q.Item2), iter: 2_000, threads: 1);
    }

    [Fact]
    public void Letters_stay_as_they_were_asked()
    {
        var response = Responder.Ask(WireQuery.Of("NS1.cDn.ExAmPlE.tEsT", RecordTypes.A))!;
        Assert.Contains("NS1\u0003cDn\u0007ExAmPlE\u0004tEsT", Encoding.ASCII.GetString(response), StringComparison.Ordinal);
        Assert.Equal("192.0.2.1", Assert.IsType<ARecord>(Assert.Single(DnsMessage.Parse(response).AnswerRecords)).Address.ToString());
    }

    [Fact]
    public void Id_and_recursion_desired_are_echoed_and_the_answer_is_authoritative()
    {
        var message = Responder.Message(WireQuery.Of(TestZone.Name, RecordTypes.Soa));
        Assert.Equal(WireQuery.Id, message.TransactionID);
        Assert.True(message.IsRecursionDesired);
        Assert.True(message.IsAuthoritiveAnswer);
        Assert.False(message.IsRecursionAllowed);
        Assert.Null(message.EDnsOptions);
    }

    [Theory]
    [InlineData(ReturnCode.Refused, 3, 0x0100)]
    [InlineData(ReturnCode.Refused, 255, 0x0100)]
    [InlineData(ReturnCode.NotImplemented, 1, 0x2000)]
    [InlineData(ReturnCode.NotImplemented, 1, 0x2800)]
    public void What_is_not_ours_gets_its_code(ReturnCode code, int @class, int flags)
    {
        var response = Responder.Ask(WireQuery.Of(TestZone.Name, RecordTypes.Soa, (ushort)@class, (ushort)flags))!;
        Assert.Equal((int)code, response[3] & 0x0F);
        Assert.Equal(0, response[2] & 0x04);
    }

    [Fact]
    public void Another_version_of_EDNS_is_told_ours()
    {
        var response = Responder.Ask(WireQuery.Of(TestZone.Name, RecordTypes.Soa, WireQuery.Edns(1232, version: 1)))!;
        Assert.Equal([0, 0, 41, 4, 208, 1, 0, 0, 0, 0, 0], response[^11..]);
        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 1], response[4..12]);
    }

    public static TheoryData<string, byte[]> Broken() => new()
    {
        { "two questions", With(WireQuery.Of(TestZone.Name, 6), 5, 2) },
        { "no question", With(WireQuery.Of(TestZone.Name, 6), 5, 0) },
        { "an answer", With(WireQuery.Of(TestZone.Name, 6), 7, 1) },
        { "a record that is not there", With(WireQuery.Of(TestZone.Name, 6), 11, 1) },
        { "something at the end", [.. WireQuery.Of(TestZone.Name, 6), 0] },
        { "a question cut off", WireQuery.Of(TestZone.Name, 6)[..^3] },
        { "a pointer in the question", [.. WireQuery.Of("", 6)[..12], 0xC0, 12, 0, 6, 0, 1] },
        { "a label of 64 octets", [.. WireQuery.Of("", 6)[..12], 64, .. new byte[64], 0, 0, 6, 0, 1] },
        { "a name of 256 octets", WireQuery.Of(string.Join('.', Enumerable.Repeat(new string('a', 63), 4)), 6) },
        { "two OPT records", With(WireQuery.Of(TestZone.Name, 6, [.. WireQuery.Edns(512), .. WireQuery.Edns(512)]), 11, 2) },
        { "an option cut off", WireQuery.Of(TestZone.Name, 6, WireQuery.Edns(512, 0, 10, 0, 9, 1)) },
        { "a cookie of 7 octets", WireQuery.Of(TestZone.Name, 6, WireQuery.Edns(512, WireQuery.Option(10, new byte[7]))) },
        { "a cookie of 12 octets", WireQuery.Of(TestZone.Name, 6, WireQuery.Edns(512, WireQuery.Option(10, new byte[12]))) },
        { "a cookie of 41 octets", WireQuery.Of(TestZone.Name, 6, WireQuery.Edns(512, WireQuery.Option(10, new byte[41]))) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_breaks_the_format_is_told_so(string what, byte[] query)
    {
        var response = Responder.Ask(query);
        Assert.True(response is not null && (response[3] & 0x0F) == (int)ReturnCode.FormatError, what);
        Assert.Equal(query[..2], response[..2]);
        Assert.InRange(response.Length, 12, query.Length + 60);
    }

    [Fact]
    public void A_response_and_what_is_too_short_for_a_header_get_silence()
    {
        Assert.Equal(Outcome.Silence, Responder.Outcome(WireQuery.Of(TestZone.Name, 6, 1, 0x8000)));
        Assert.Equal(Outcome.Silence, Responder.Outcome(WireQuery.Of(TestZone.Name, 6)[..11]));
        Assert.Equal(Outcome.Silence, Responder.Outcome([]));
    }

    [Fact]
    public void Transfers_and_signed_queries_are_for_another()
    {
        Assert.Equal(Outcome.HandOver, Responder.Outcome(WireQuery.Of(TestZone.Name, RecordTypes.Ixfr)));
        Assert.Equal(Outcome.HandOver, Responder.Outcome(WireQuery.Of(TestZone.Name, 6, 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0)));
        Assert.Null(Responder.Ask(WireQuery.Of(TestZone.Name, RecordTypes.Axfr), reliable: true));
        Assert.Equal((int)ReturnCode.FormatError, Responder.Ask(WireQuery.Of(TestZone.Name, RecordTypes.Axfr))![3] & 0x0F);
    }

    [Theory]
    [InlineData(0, 512, true)]
    [InlineData(100, 512, true)]
    [InlineData(600, 600, true)]
    [InlineData(1232, 1232, false)]
    [InlineData(65535, 1232, false)]
    public void An_answer_is_within_its_limit_or_truncated_and_whole_by_TCP(int payload, int limit, bool truncated)
    {
        var responder = new TestResponder(TestZone.WithManyAddresses("www.example.com"));
        var query = WireQuery.Of(Served, RecordTypes.Aaaa, payload == 0 ? [] : WireQuery.Edns((ushort)payload));

        var response = responder.Ask(query)!;
        Assert.InRange(response.Length, 12, limit);
        Assert.Equal(truncated, DnsMessage.Parse(response).IsTruncated);
        Assert.Equal(24, responder.Message(query, reliable: true).AnswerRecords.Count);
        Assert.False(responder.Message(query, reliable: true).IsTruncated);
    }

    [Fact]
    public void Glue_that_does_not_fit_is_left_out_without_a_word()
    {
        var servers = Enumerable.Range(1, 12).Select(i => new NameServer($"ns{i}", [System.Net.IPAddress.Parse($"2001:db8::{i}")]));
        var responder = new TestResponder(TestZone.Snapshot(TestZone.Input([]) with { NameServers = [.. servers] }));

        var small = responder.Message(WireQuery.Of(TestZone.Name, RecordTypes.Ns));
        Assert.False(small.IsTruncated);
        Assert.Equal(12, small.AnswerRecords.Count);
        Assert.Empty(small.AdditionalRecords);
        Assert.Equal(13, responder.Message(WireQuery.Of(TestZone.Name, RecordTypes.Ns, WireQuery.Edns(1232))).AdditionalRecords.Count);
    }

    [Fact]
    public void Before_there_is_a_zone_the_server_has_failed() =>
        Assert.Equal(ReturnCode.ServerFailure, new TestResponder(null).Message(WireQuery.Of(TestZone.Name, 6)).ReturnCode);

    [Fact]
    public void A_flood_of_one_question_is_limited_and_half_of_it_is_sent_to_TCP()
    {
        var responder = new TestResponder(Zone, rateLimit: 10);
        var query = WireQuery.Of(Served, RecordTypes.A);
        var responses = Enumerable.Range(0, 1_000).Select(_ => responder.Ask(query)).ToList();

        var whole = responses.Count(r => r is not null && (r[2] & 0x02) == 0);
        var truncated = responses.Where(r => r is not null && (r[2] & 0x02) != 0).ToList();
        Assert.InRange(whole, 10, 100);
        Assert.InRange(truncated.Count, 400, 500);
        Assert.All(truncated, r => Assert.Equal(query.Length, r!.Length));

        // Others, who asks for something else, and who asks by TCP are not held up.
        Assert.Single(responder.Message(query, ClientAddress.Of(System.Net.IPAddress.Parse("203.0.113.1"))).AnswerRecords);
        Assert.Single(responder.Message(WireQuery.Of("ns1." + TestZone.Name, RecordTypes.A)).AnswerRecords);
        Assert.Single(responder.Message(query, reliable: true).AnswerRecords);
    }

    [Fact]
    public void A_flood_of_questions_for_names_that_are_not_there_is_limited_as_one()
    {
        var responder = new TestResponder(Zone, rateLimit: 10);
        var answers = Enumerable.Range(0, 1_000).Select(i => responder.Ask(WireQuery.Of($"x{i}." + TestZone.Name, RecordTypes.A)));
        Assert.InRange(answers.Count(r => r is not null && (r[2] & 0x02) == 0), 10, 100);
    }

    [Fact]
    public void Who_brings_a_cookie_back_is_not_limited()
    {
        var responder = new TestResponder(Zone, rateLimit: 10);
        byte[] own = [1, 2, 3, 4, 5, 6, 7, 8];
        var first = responder.Ask(WireQuery.Of(Served, 1, WireQuery.Edns(1232, WireQuery.Option(10, own))))!;
        var cookie = WireQuery.OptionOf(first, 10)!;
        Assert.Equal(own, cookie[..8]);
        Assert.Equal(24, cookie.Length);

        var query = WireQuery.Of(Served, 1, WireQuery.Edns(1232, WireQuery.Option(10, cookie)));
        Assert.All(Enumerable.Range(0, 200), _ => Assert.Single(responder.Message(query).AnswerRecords));
        // Nobody else's.
        var other = ClientAddress.Of(System.Net.IPAddress.Parse("203.0.113.1"));
        Assert.Contains(Enumerable.Range(0, 200), _ => responder.Ask(query, other) is null);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void AssertAnswersAsTheZone(string name, RecordType type)
    {
        var expected = ZoneLookup.Answer(Zone, new DnsQuestion(DomainName.Parse(name.Length == 0 ? "." : name), type, RecordClass.INet));
        var message = Responder.Message(WireQuery.Of(name, (ushort)type));
        Assert.Equal(expected.Code, message.ReturnCode);
        Assert.Equal(expected.Authoritative, message.IsAuthoritiveAnswer);
        Assert.Equal(Lines(expected.Answer), Lines(message.AnswerRecords));
        Assert.Equal(Lines(expected.Authority), Lines(message.AuthorityRecords));
        Assert.Equal(Lines(expected.Additional), Lines(message.AdditionalRecords));
    }

    private static IEnumerable<string> Lines(IEnumerable<DnsRecordBase> records) => records.Select(r => r.ToString());

    private static byte[] With(byte[] message, int at, byte value)
    {
        message[at] = value;
        return message;
    }

    private static ZoneSnapshot ZoneWithMore()
    {
        var content = ZoneBuilder.Build(
            TestZone.Input(["www.example.com"], TestZone.Node("edge-1", NodeHealth.Up, "192.0.2.11", "2001:db8::11")) with
            {
                Challenges = [new("www.example.com", "example.com", ["of-www"])],
            });
        var authorities = new RecordSet(RecordType.CAA, 60, [[0, 5, .. "issue"u8, .. "ca.example.net"u8]]);
        return new ZoneSnapshot(
            content.With(
            [
                ([], new NameRecords([.. content.Find([])!.Sets, authorities])),
                (OwnerName.Of("a.b"), new NameRecords([RecordSet.OfText(60, ["below"])])),
                (OwnerName.Of("b"), NameRecords.None),
            ]),
            7, TestZone.Change);
    }
}
