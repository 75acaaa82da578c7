using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Zones;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>A responder with a zone made by hand.</summary>
internal sealed class TestResponder
{
    public static readonly ClientAddress Client = ClientAddress.Of(System.Net.IPAddress.Parse("198.51.100.100"));

    private readonly Responder _responder;
    private readonly byte[] _room = new byte[8192];

    public TestResponder(ZoneSnapshot? zone, int rateLimit = 0, RegionalAddresses? regional = null, RegionRanges? ranges = null, RegionalSignatures.Hand? hand = null)
    {
        var answers = new DirectAnswers();
        if (zone is not null)
            answers.Replace(AnswerTableBuilder.Build(zone, regional));
        var locator = new Locator();
        if (ranges is not null)
            locator.Replace(ranges);
        _responder = new Responder(answers, locator, hand ?? Unsigned(), new ServerCookies([]), new ResponseRate(rateLimit, 2));
    }

    /// <summary>Without keys.</summary>
    public static RegionalSignatures.Hand Unsigned() => new RegionalSignatures(TimeProvider.System, TimeSpan.FromDays(1)).NewHand();

    /// <summary>The response's octets; null when there is none.</summary>
    public byte[]? Ask(byte[] query, ClientAddress? client = null, bool reliable = false)
    {
        var room = _room.AsSpan(0, reliable ? _room.Length : Responder.MaxPayload);
        return Outcome(query, client, reliable, out var length) == Cirrus.Dns.Direct.Outcome.Response ? room[..length].ToArray() : null;
    }

    /// <summary>The same, read by ARSoft.</summary>
    public DnsMessage Message(byte[] query, ClientAddress? client = null, bool reliable = false) =>
        DnsMessage.Parse(Ask(query, client, reliable) ?? throw new InvalidOperationException("There is no response."));

    public Outcome Outcome(byte[] query) => Outcome(query, null, false, out _);

    private Outcome Outcome(byte[] query, ClientAddress? client, bool reliable, out int length) => _responder.Respond(
        query, client ?? Client, reliable, _room.AsSpan(0, reliable ? _room.Length : Responder.MaxPayload), out length);
}
