namespace Cirrus.Dns.Direct;

/// <summary>A query as far as its answer depends on it. Options are parts of the message, to be read from it.</summary>
internal struct Query
{
    /// <summary>Of the question's name, with the empty label at its end.</summary>
    public int NameLength;

    /// <summary>Where the question ends; 0: it could not be read.</summary>
    public int QuestionEnd;

    public ushort Type;
    public ushort Class;

    public bool HasEdns;
    public byte EdnsVersion;
    public ushort Payload;
    public bool DnssecOk;

    /// <summary>Of the contents of a COOKIE option (RFC 7873); empty: none.</summary>
    public Range Cookie;

    /// <summary>The same of an EDNS Client Subnet option (RFC 7871).</summary>
    public Range Subnet;

    public readonly bool HasCookie => !Cookie.Equals(default);
    public readonly bool HasSubnet => !Subnet.Equals(default);
}

/// <summary>What kind of message one is.</summary>
internal enum QueryKind
{
    /// <summary>No query at all: whoever answered it might talk with another server for ever.</summary>
    NoQuery,

    /// <summary>To be answered from the zone.</summary>
    Ordinary,

    /// <summary>A transfer or a signed query.</summary>
    Unusual,

    /// <summary>A NOTIFY, an update, …</summary>
    OtherOperation,

    /// <summary>It breaks the rules of the format.</summary>
    Malformed,
}
