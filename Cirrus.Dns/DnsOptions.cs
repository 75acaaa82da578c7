using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Configuration;
using Cirrus.Core.Zones;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Signing;

namespace Cirrus.Dns;

/// <summary>The hidden primary. Section <c>Dns</c>.</summary>
public sealed class DnsOptions
{
    public const string Section = "Dns";

    /// <summary>Address and port of the UDP and the TCP listener.</summary>
    public string Listen { get; init; } = "127.0.0.1:10053";

    /// <summary>The name servers of the zone, at least one unless others answer directly; the first is the SOA's primary name.</summary>
    public IReadOnlyList<SecondaryOptions> Secondaries { get; init; } = [];

    /// <summary>Addresses and CIDRs that may transfer the zone besides the secondaries.</summary>
    public IReadOnlyList<string> TransferFrom { get; init; } = [];

    /// <summary>Keys that are shared with secondaries; with any, transfers must be signed.</summary>
    public IReadOnlyList<TsigKeyOptions> TsigKeys { get; init; } = [];

    /// <summary>How long the first query of a TCP connection is waited for; then the connection is closed.</summary>
    [Duration("00:00:00.1", "00:01:00")]
    public TimeSpan FirstQueryTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>At most one build of the zone in this time: a burst of changes is one zone, and one transfer.</summary>
    [Duration("00:00:00", "00:01:00")]
    public TimeSpan BuildInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many steps from serial to serial are kept for incremental transfers.</summary>
    [Range(1, 100_000)]
    public int JournalSteps { get; init; } = JournalLimits.Default.Steps;

    /// <summary>How long they may be in all, in octets.</summary>
    [Range(0, 1L << 30)]
    public long JournalBytes { get; init; } = JournalLimits.Default.Bytes;

    internal JournalLimits Journal => new(JournalSteps, JournalBytes);

    /// <summary>From a NOTIFY to the next while a secondary does not serve the zone; doubles up to <see cref="NotifyRetryMax"/>.</summary>
    [Duration("00:00:00.1", "01:00:00")]
    public TimeSpan NotifyRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest from a NOTIFY to the next.</summary>
    [Duration("00:00:00.1", "01:00:00")]
    public TimeSpan NotifyRetryMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a secondary that serves the current zone is asked for its serial.</summary>
    [Duration("00:00:00.1", "01:00:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same after a new serial; doubles up to <see cref="PollInterval"/>.</summary>
    [Duration("00:00:00.01", "00:01:00")]
    public TimeSpan PollAfterChange { get; init; } = TimeSpan.FromMilliseconds(15);

    /// <summary>How long an answer of a secondary is waited for.</summary>
    [Duration("00:00:00.05", "00:01:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>SOA refresh: how often a secondary asks by itself, should every NOTIFY be lost.</summary>
    [Duration("00:00:10", "7.00:00:00")]
    public TimeSpan Refresh { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>SOA retry: the same after a failure.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>SOA expire: how long a secondary serves the zone without the primary.</summary>
    [Duration("01:00:00", "365.00:00:00")]
    public TimeSpan Expire { get; init; } = TimeSpan.FromDays(28);

    /// <summary>How long resolvers keep "no such name" and "no such type" (RFC 2308).</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of the SOA and NS records and the name servers' addresses.</summary>
    [Duration("00:00:01", "7.00:00:00")]
    public TimeSpan NameServerTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Answering clients directly.</summary>
    public DirectOptions Direct { get; init; } = new();

    /// <summary>Signing the zone.</summary>
    public DnssecOptions Dnssec { get; init; } = new();
}

/// <summary>A name server that transfers the zone.</summary>
public sealed class SecondaryOptions
{
    /// <summary>Its label under the zone, such as <c>ns1</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where Dns reaches it: an IP address, or a host name that is resolved at each use.</summary>
    public string Address { get; init; } = "";

    /// <summary>1 to 65535.</summary>
    public int Port { get; init; } = 53;

    /// <summary>IP addresses that the zone gives for its name; none: those of <see cref="Address"/>.</summary>
    public IReadOnlyList<string> Glue { get; init; } = [];

    /// <summary>The name of the key it signs with, one of <see cref="DnsOptions.TsigKeys"/>.</summary>
    public string TsigKey { get; init; } = "";
}

/// <summary>A key for signing messages (RFC 8945).</summary>
public sealed class TsigKeyOptions
{
    /// <summary>A domain name in lower case, such as <c>ns1.cirrus</c>; the secondary must call it the same.</summary>
    public string Name { get; init; } = "";

    /// <summary>hmac-sha256, hmac-sha384 or hmac-sha512.</summary>
    public string Algorithm { get; init; } = "hmac-sha256";

    /// <summary>At least 16 octets in base64.</summary>
    public string Secret { get; init; } = "";
}
