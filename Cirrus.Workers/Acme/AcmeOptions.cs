using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Acme;
using Cirrus.Core.Configuration;

namespace Cirrus.Workers.Acme;

/// <summary>Certificates by ACME. Section <c>Acme</c>.</summary>
public sealed class AcmeOptions
{
    public const string Section = "Acme";

    /// <summary>Who issues, in the order of preference; none: nothing is ordered.</summary>
    public IReadOnlyList<AuthorityOptions> Authorities { get; init; } = [];

    /// <summary>Address and port of the resolver that is asked for customers' CNAMEs; empty: the system's.</summary>
    public string Resolver { get; init; } = "";

    /// <summary>Nothing is ordered before the customer's CNAME is found.</summary>
    public bool RequireCname { get; init; } = true;

    /// <summary>How long after its last sign of life a worker's order is taken over.</summary>
    [Duration("00:00:01", "00:10:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When all domains are looked through for certificates that are missing: cron, in UTC, of five fields, or six with seconds.</summary>
    public string RenewalScan { get; init; } = "0 * * * *";

    /// <summary>Domains that one scan puts into the queue.</summary>
    [Range(1, 100_000, ErrorMessage = "Acme:MostPerScan must be between 1 and 100000.")]
    public int MostPerScan { get; init; } = 100;

    /// <summary>Domains that this worker works for at once.</summary>
    [Range(1, 256, ErrorMessage = "Acme:Parallel must be between 1 and 256.")]
    public int Parallel { get; init; } = 16;

    /// <summary>How long the name servers may take to serve a challenge.</summary>
    [Duration("00:00:01", "00:30:00")]
    public TimeSpan SecondariesTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an authority may take to validate, and to issue.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan AuthorityTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>File with the Public Suffix List.</summary>
    public string PublicSuffixList { get; init; } = "/usr/share/publicsuffix/public_suffix_list.dat";
}

/// <summary>An authority that issues by ACME.</summary>
public sealed class AuthorityOptions
{
    /// <summary>What it is called here and in Redis: small letters, digits and hyphens.</summary>
    public string Name { get; init; } = "";

    /// <summary>URL of its directory.</summary>
    public Uri? Directory { get; init; }

    /// <summary>PEM file of the root that its own TLS certificate leads to, when the system does not know it.</summary>
    public string? CaBundle { get; init; }

    /// <summary>External account binding (RFC 8555 section 7.3.4): the key id.</summary>
    public string? EabKeyId { get; init; }

    /// <summary>The HMAC key, base64url; by environment only.</summary>
    public string? EabHmacKey { get; init; }

    /// <summary>Common name of the root that chains shall lead to.</summary>
    public string? PreferredChain { get; init; }

    /// <summary>Mail address of the account.</summary>
    public string? Contact { get; init; }

    /// <summary>The operator agrees to its terms of service.</summary>
    public bool TermsOfServiceAgreed { get; init; }

    /// <summary>What it lets the account do; Let's Encrypt's limits when nothing is set.</summary>
    public OrderLimits Limits { get; init; } = new();
}
