using ARSoft.Tools.Net;
using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;

namespace Cirrus.Dns.Signing;

/// <summary>The keys of a zone as Redis has them, opened again only when they are others. For one caller at a time.</summary>
/// <param name="ttl">Of the DNSKEY records.</param>
internal sealed class OpenedKeys(DnssecKeyStore store, string zone, TimeSpan ttl)
{
    private int _revision;

    /// <summary>As they were found last.</summary>
    public DnssecKeys Known { get; private set; } = DnssecKeys.None;

    /// <summary>The same, to sign with; null until there were any.</summary>
    public SigningKeys? Signing { get; private set; }

    /// <summary>Looks for others.</summary>
    /// <returns>False: Redis has none, and those known stay.</returns>
    /// <exception cref="SealedKeyException">One can't be opened, and those known stay.</exception>
    public async Task<bool> RefreshAsync()
    {
        var revision = await store.RevisionAsync(zone);
        if (revision > 0 && revision == _revision)
            return true;
        // Whoever puts some where there are none begins with the revisions anew.
        _revision = 0;
        var keys = revision > 0 ? await store.FindAsync(zone) : DnssecKeys.None;
        if (keys.Revision == 0)
            return false;
        Signing = new SigningKeys(DomainName.Parse(zone), keys, (int)ttl.TotalSeconds, k => store.Open(zone, keys, k));
        (Known, _revision) = (keys, keys.Revision);
        return true;
    }
}
