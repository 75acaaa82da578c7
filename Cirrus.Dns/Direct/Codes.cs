namespace Cirrus.Dns.Direct;

/// <summary>Types of records that are written or looked at here.</summary>
internal static class RecordTypes
{
    public const ushort A = 1, Ns = 2, CName = 5, Soa = 6, Txt = 16, Sig = 24, Aaaa = 28, Opt = 41, RrSig = 46, Nsec = 47, DnsKey = 48, Nsec3Param = 51;
    public const ushort Tsig = 250, Ixfr = 251, Axfr = 252, Any = 255, Caa = 257;
}

/// <summary>Options of EDNS.</summary>
internal static class EdnsOptions
{
    public const ushort ClientSubnet = 8, Cookie = 10;
}

/// <summary>Response codes; those above 15 need EDNS.</summary>
internal static class ResponseCodes
{
    public const int NoError = 0, FormatError = 1, ServerFailure = 2, NoName = 3, NotImplemented = 4, Refused = 5, BadVersion = 16;
}
