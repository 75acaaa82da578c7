using System.Net;
using System.Text.RegularExpressions;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Signatures;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Transfers;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns;

/// <summary>What annotations can't say; every message names the configuration key.</summary>
internal sealed partial class DnsOptionsValidator : IValidateOptions<DnsOptions>
{
    private const int LeastSecret = 16;

    public ValidateOptionsResult Validate(string? name, DnsOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(DnsOptions options)
    {
        if (!IPEndPoint.TryParse(options.Listen, out var listen) || listen.Port == 0)
            yield return $"Dns:Listen must be an IP address and a port, such as 127.0.0.1:10053, not '{options.Listen}'.";
        if (options.Secondaries.Count == 0 && options.Direct.Servers.Count == 0)
            yield return "Dns:Secondaries must name at least one secondary: a zone needs a name server.";

        for (var i = 0; i < options.Secondaries.Count; i++)
        {
            var secondary = options.Secondaries[i];
            var key = $"Dns:Secondaries:{i}";
            if (!Label().IsMatch(secondary.Name))
                yield return $"{key}:Name must be a label such as ns1, not '{secondary.Name}'.";
            if (options.Secondaries.Take(i).Any(s => s.Name == secondary.Name))
                yield return $"{key}:Name must differ from those before it; '{secondary.Name}' does not.";
            if (Uri.CheckHostName(secondary.Address) == UriHostNameType.Unknown)
                yield return $"{key}:Address must be an IP address or a host name, not '{secondary.Address}'.";
            if (secondary.Port is < 1 or > 65535)
                yield return $"{key}:Port must be between 1 and 65535, not {secondary.Port}.";
            foreach (var address in secondary.Glue.Where(a => !IPAddress.TryParse(a, out _)))
                yield return $"{key}:Glue must hold IP addresses, not '{address}'.";
            if (options.TsigKeys.Count > 0 && !options.TsigKeys.Any(k => k.Name == secondary.TsigKey))
                yield return $"{key}:TsigKey must be the name of one of Dns:TsigKeys, not '{secondary.TsigKey}'.";
            if (options.TsigKeys.Count == 0 && secondary.TsigKey.Length > 0)
                yield return $"{key}:TsigKey '{secondary.TsigKey}' is not among Dns:TsigKeys, which are empty.";
        }

        foreach (var problem in options.TsigKeys.SelectMany(KeyProblems))
            yield return problem;

        for (var i = 0; i < options.TransferFrom.Count; i++)
        {
            if (!TransferAcl.TryParse(options.TransferFrom[i], out _))
                yield return $"Dns:TransferFrom:{i} must be an IP address or a CIDR, not '{options.TransferFrom[i]}'.";
        }
        foreach (var server in options.Direct.Servers.Where(d => options.Secondaries.Any(s => s.Name == d.Name)))
            yield return $"Dns:Direct:Servers must have other names than the secondaries; '{server.Name}' is one's.";
        foreach (var problem in DirectOptionsCheck.Problems(options.Direct).Concat(DnssecOptionsCheck.Problems(options.Dnssec)))
            yield return problem;
    }

    // A secret is not said back.
    private static IEnumerable<string> KeyProblems(TsigKeyOptions key, int i)
    {
        if (!KeyName().IsMatch(key.Name))
            yield return $"Dns:TsigKeys:{i}:Name must be a domain name in lower case without a trailing dot, such as ns1.cirrus, not '{key.Name}'.";
        if (!TsigKey.Algorithms.ContainsKey(key.Algorithm))
            yield return $"Dns:TsigKeys:{i}:Algorithm must be one of {string.Join(", ", TsigKey.Algorithms.Keys)}, not '{key.Algorithm}'.";
        var secret = new byte[key.Secret.Length];
        if (!Convert.TryFromBase64String(key.Secret, secret, out var length) || length < LeastSecret)
            yield return $"Dns:TsigKeys:{i}:Secret must be at least {LeastSecret} octets in base64.";
    }

    [GeneratedRegex("^[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63}){0,5}$")]
    private static partial Regex KeyName();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex Label();
}
