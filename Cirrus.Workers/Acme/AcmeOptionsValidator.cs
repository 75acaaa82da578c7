using System.Net;
using System.Text.RegularExpressions;
using Cirrus.Core.Acme;
using Cirrus.Workers.Acme.Protocol;
using Cronos;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Acme;

/// <summary>What annotations can't say; every message names the configuration key.</summary>
internal sealed partial class AcmeOptionsValidator : IValidateOptions<AcmeOptions>
{
    public ValidateOptionsResult Validate(string? name, AcmeOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(AcmeOptions options)
    {
        if (options.Resolver.Length > 0 && (!IPEndPoint.TryParse(options.Resolver, out var resolver) || resolver.Port == 0))
            yield return $"Acme:Resolver must be an IP address and a port, such as 127.0.0.1:53, not '{options.Resolver}'.";
        if (ScanTimes.TryParse(options.RenewalScan) is null)
            yield return $"Acme:RenewalScan must be a cron expression, such as '0 * * * *', not '{options.RenewalScan}'.";
        for (var i = 0; i < options.Authorities.Count; i++)
        {
            var authority = options.Authorities[i];
            foreach (var problem in Problems(authority, $"Acme:Authorities:{i}"))
                yield return problem;
            if (options.Authorities.Take(i).Any(a => a.Name == authority.Name))
                yield return $"Acme:Authorities:{i}:Name must differ from those before it; '{authority.Name}' does not.";
        }
    }

    private static IEnumerable<string> Problems(AuthorityOptions authority, string key)
    {
        if (!Word().IsMatch(authority.Name))
            yield return $"{key}:Name must consist of small letters, digits and hyphens, such as letsencrypt, not '{authority.Name}'.";
        if (authority.Directory is not { IsAbsoluteUri: true, Scheme: "https" })
            yield return $"{key}:Directory must be a URL that begins with https://, not '{authority.Directory}'.";
        if (authority.CaBundle is { Length: > 0 } bundle && !File.Exists(bundle))
            yield return $"{key}:CaBundle names the file {bundle}, which does not exist.";
        if (string.IsNullOrEmpty(authority.EabKeyId) != string.IsNullOrEmpty(authority.EabHmacKey))
            yield return $"{key}:EabKeyId and {key}:EabHmacKey must be set both or not at all.";
        if (authority.EabHmacKey is { Length: > 0 } secret && !IsBase64Url(secret))
            yield return $"{key}:EabHmacKey must be base64url, as the authority gave it.";
        if (authority.Contact is { Length: > 0 } contact && !contact.Contains('@', StringComparison.Ordinal))
            yield return $"{key}:Contact must be a mail address, not '{contact}'.";
        foreach (var problem in Problems(authority.Limits, $"{key}:Limits"))
            yield return problem;
    }

    private static IEnumerable<string> Problems(OrderLimits limits, string key)
    {
        foreach (var (name, count) in new[]
        {
            (nameof(limits.Orders), limits.Orders), (nameof(limits.CertificatesPerDomain), limits.CertificatesPerDomain),
            (nameof(limits.CertificatesPerSet), limits.CertificatesPerSet), (nameof(limits.FailedValidations), limits.FailedValidations),
        })
        {
            if (count is < 0 or > 1_000_000)
                yield return $"{key}:{name} must be between 0 (no limit) and 1000000, not {count}.";
        }
        foreach (var (name, window) in new[]
        {
            (nameof(limits.OrdersWindow), limits.OrdersWindow), (nameof(limits.CertificatesWindow), limits.CertificatesWindow),
            (nameof(limits.FailuresWindow), limits.FailuresWindow),
        })
        {
            if (window <= TimeSpan.Zero || window > TimeSpan.FromDays(366))
                yield return $"{key}:{name} must be between 1 second and 366 days, not {window}.";
        }
    }

    private static bool IsBase64Url(string secret)
    {
        try
        {
            _ = new ExternalAccount("", secret).HmacKey();
            return true;
        }
        catch (AcmeException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Word();
}
