namespace Cirrus.Dns.Signing;

/// <summary>What is wrong with the options of signing; every message names the configuration key.</summary>
internal static class DnssecOptionsCheck
{
    private const string Key = "Dns:Dnssec";
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static IEnumerable<string> Problems(DnssecOptions options) =>
    [
        .. Denials(options.Denial),
        .. Between("SignatureValidity", options.SignatureValidity, TimeSpan.FromHours(1), 365 * Day),
        .. Between("ZskLifetime", options.ZskLifetime, TimeSpan.Zero, 3650 * Day),
        .. Between("KskLifetime", options.KskLifetime, TimeSpan.Zero, 3650 * Day),
        .. Between("Propagation", options.Propagation, TimeSpan.Zero, 30 * Day),
        .. Between("DsTtl", options.DsTtl, TimeSpan.Zero, 30 * Day),
        .. Between("CheckInterval", options.CheckInterval, TimeSpan.FromSeconds(1), Day),
    ];

    private static IEnumerable<string> Denials(string value)
    {
        if (value is not (Denial.Nsec or Denial.Nsec3))
            yield return $"{Key}:Denial must be {Denial.Nsec} or {Denial.Nsec3}, not '{value}'.";
    }

    private static IEnumerable<string> Between(string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            yield return $"{Key}:{name} must be between {least} and {most}, not {value}.";
    }
}
