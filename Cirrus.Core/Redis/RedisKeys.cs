namespace Cirrus.Core.Redis;

/// <summary>Every Redis key and channel of Cirrus; each has a row in docs/redis.md.</summary>
public static class RedisKeys
{
    public const string Domains = "cdn:domains";
    public const string Nodes = "cdn:nodes";
    public const string NodeAddresses = "cdn:nodeaddresses";
    public const string Events = "cdn:events";
    public const string Audit = "cdn:audit";
    public const string AuditHead = "cdn:audit:head";
    public const string Secondaries = "cdn:secondaries";
    public const string EventsBell = "cdn:bell:events";
    public const string AppliedBell = "cdn:bell:applied";
    public const string ZoneBell = "cdn:bell:zone";

    public const string Voters = "cdn:voters";
    public const string VotesBell = "cdn:bell:votes";

    public const string Certificates = "cdn:certs";
    public const string AcmeDue = "cdn:acme:due";
    public const string AcmeChallenges = "cdn:acme:challenges";
    public const string AcmeAuthorities = "cdn:acme:authorities";
    public const string AcmeStanding = "cdn:acme:standing";
    public const string AcmeRevocations = "cdn:acme:revocations";
    public const string AcmeRollovers = "cdn:acme:rollovers";
    public const string AcmeBell = "cdn:bell:acme";

    public const string Purges = "cdn:purges";

    /// <summary>What edges know each other by.</summary>
    public const string PeerSecret = "cdn:peersecret";

    /// <summary>Of a purge record; the id is only known inside the script that appends the event.</summary>
    public const string PurgePrefix = "cdn:purge:";

    /// <summary>Of a warm list's record; its id is known as a purge's is.</summary>
    public const string WarmPrefix = "cdn:warm:";

    public const string Users = "cdn:users";
    public const string Tokens = "cdn:tokens";
    public const string Setup = "cdn:setup";

    /// <summary>Of sessions that a script ends by their hashes.</summary>
    public const string SessionPrefix = "cdn:session:";

    /// <summary>Of a token that a script finds by its id.</summary>
    public const string TokenPrefix = "cdn:token:";

    /// <summary>What the edge's own Redis user may read.</summary>
    public static readonly IReadOnlyList<string> ReadByEdges =
        ["cdn:dom:*", Domains, "cdn:cert:*", "cdn:epochs:*", Events, "cdn:node:*", Nodes, "cdn:nodestatus:*", PeerSecret];

    public static string Domain(string name) => $"cdn:dom:{name}";
    public static string DomainHistory(string name) => $"cdn:dom:{name}:history";
    public static string Certificate(string domain) => $"cdn:cert:{domain}";
    public static string FormerCertificate(string domain) => $"{Certificate(domain)}:former";
    public static string AcmeStatus(string domain) => $"cdn:acme:{domain}";
    public static string AcmeLock(string domain) => $"cdn:acme:lock:{domain}";
    public static string AcmeTask(string domain) => $"cdn:acme:task:{domain}";
    public static string AcmeCertificateKey(string domain) => $"cdn:acmecertkey:{domain}";
    public static string AcmeAccount(string authority) => $"cdn:acmeacct:{authority}";
    public static string AcmeOrders(string authority) => $"cdn:acme:orders:{authority}";
    public static string Epochs(string domain) => $"cdn:epochs:{domain}";
    public static string EpochsSize(string domain) => $"{Epochs(domain)}:size";
    public static string Node(string id) => $"cdn:node:{id}";
    public static string NodeHistory(string id) => $"cdn:node:{id}:history";
    public static string NodeStatus(string id) => $"cdn:nodestatus:{id}";
    public static string NodeHealth(string id) => $"cdn:nodehealth:{id}";
    public static string NodeLatency(string id) => $"cdn:nodelatency:{id}";
    public static string Votes(string worker) => $"cdn:votes:{worker}";
    public static string Purge(string id) => PurgePrefix + id;
    public static string Warm(string id) => WarmPrefix + id;
    public static string AppliedByNode(string id) => $"cdn:applied:node:{id}";
    public static string AppliedBySecondary(string name) => $"cdn:applied:secondary:{name}";
    public static string Zone(string zone) => $"cdn:zone:{zone}";
    public static string ZoneJournal(string zone) => $"{Zone(zone)}:journal";
    public static string ZoneNames(string zone) => $"{Zone(zone)}:names";
    public static string ZoneKeys(string zone) => $"{Zone(zone)}:keys";

    /// <summary>Of what is kept under an idempotency key, by the SHA-256 of caller and key.</summary>
    public static string Idempotency(string hash) => $"cdn:idempotency:{hash}";

    /// <summary>Of the writes accepted for a request that has not been answered.</summary>
    public static string IdempotentWrites(string hash) => $"{Idempotency(hash)}:writes";

    public static string Lease(string name) => $"cdn:lease:{name}";

    public static string User(string name) => $"cdn:user:{name}";
    public static string FormerUser(string name) => $"{User(name)}:former";
    public static string Token(string hash) => TokenPrefix + hash;
    public static string Session(string hash) => SessionPrefix + hash;
    public static string Sessions(string user) => $"cdn:sessions:{user}";
    public static string Attempts(string what) => $"cdn:attempts:{what}";
}
