using StackExchange.Redis;

namespace Cirrus.Core.Changes;

/// <summary>One entry of the change log. Entries refer to documents by name; purges and health carry their values in <see cref="Data"/>.</summary>
/// <param name="Id">The stream id.</param>
/// <param name="Type">One of <see cref="ChangeTypes"/>.</param>
/// <param name="Key">Domain name or node id.</param>
/// <param name="Data">JSON, or empty.</param>
public sealed record Change(ChangeId Id, string Type, string Key, string Data)
{
    internal static Change From(StreamEntry entry) =>
        new(ChangeId.Parse(entry.Id!), entry["type"]!, entry["key"]!, entry["data"].HasValue ? entry["data"]! : "");
}

/// <summary>The types of change; docs/redis.md says what each carries.</summary>
public static class ChangeTypes
{
    public const string DomainPut = "domain-put";
    public const string DomainDelete = "domain-delete";
    public const string CertificatePut = "cert-put";
    public const string CertificateDelete = "cert-delete";
    public const string AcmeChallenge = "acme-challenge";
    public const string NodePut = "node-put";
    public const string NodeDelete = "node-delete";
    public const string NodeHealth = "node-health";
    public const string Purge = "purge";
    public const string Warm = "warm";
    public const string DnssecPut = "dnssec-put";
}
