using System.Security.Cryptography;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Dnssec;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>A zone's keys, opened: immutable.</summary>
internal sealed class SigningKeys
{
    private readonly (int Tag, ECParameters Key) _zoneKey;
    private readonly IReadOnlyList<(int Tag, ECParameters Key)> _keyKeys;
    private readonly HashSet<int> _zoneTags;

    /// <param name="open">The private part of a key.</param>
    public SigningKeys(DomainName zone, DnssecKeys keys, int ttl, Func<DnssecKey, ECDsa> open)
    {
        Origin = OwnerName.Whole(zone);
        DnsKeys = new RecordSet(RecordType.DnsKey, ttl, keys.Keys.Select(k => DnssecRecords.DnsKeyOf(k.Kind, k.PublicKey)));
        _zoneKey = Parameters(keys.Of(DnssecKeyKind.ZoneSigning).Single(k => k.State == DnssecKeyState.Active));
        _keyKeys = [.. keys.Of(DnssecKeyKind.KeySigning).Select(Parameters)];
        // What one that retires has signed holds until it is due: the zone is signed anew little by little.
        _zoneTags = keys.Of(DnssecKeyKind.ZoneSigning).Select(k => k.Id).ToHashSet();

        (int, ECParameters) Parameters(DnssecKey key)
        {
            using var pair = open(key);
            return (key.Id, pair.ExportParameters(includePrivateParameters: true));
        }
    }

    /// <summary>The zone's name with the end that a name has in a message.</summary>
    public byte[] Origin { get; }

    /// <summary>The DNSKEY records.</summary>
    public RecordSet DnsKeys { get; }

    /// <summary>Whether signatures of a type are by all keys that are to sign it.</summary>
    public bool Made(RecordSet signatures) => signatures.Covered == RecordType.DnsKey
        ? signatures.Data.Select(d => (int)SignatureData.TagOf(d)).ToHashSet().SetEquals(_keyKeys.Select(k => k.Tag))
        : signatures.Data.All(d => _zoneTags.Contains(SignatureData.TagOf(d)));

    /// <summary>Signs with them: one for each thread.</summary>
    public Pen NewPen() => new(this);

    /// <summary>The keys in the hand of one thread.</summary>
    internal sealed class Pen(SigningKeys keys) : IDisposable
    {
        private readonly ECDsa _zoneKey = ECDsa.Create(keys._zoneKey.Key);
        private readonly List<(int Tag, ECDsa Key)> _keyKeys = [];

        /// <summary>The signatures of a set.</summary>
        public RecordSet Sign(ReadOnlySpan<byte> owner, RecordSet set, SigningTime time)
        {
            if (set.Type == RecordType.DnsKey && _keyKeys.Count == 0)
                _keyKeys.AddRange(keys._keyKeys.Select(k => (k.Tag, ECDsa.Create(k.Key))));
            var (inception, expiration) = (time.Inception, time.ExpirationOf(owner));
            var data = new List<byte[]>();
            IEnumerable<(int Tag, ECDsa Key)> signing = set.Type == RecordType.DnsKey ? _keyKeys : [(keys._zoneKey.Tag, _zoneKey)];
            foreach (var (tag, key) in signing)
                data.Add(SignatureData.Sign(key, tag, keys.Origin, owner, set, inception, expiration));
            return new RecordSet(RecordType.RrSig, set.Ttl, data);
        }

        public void Dispose()
        {
            _zoneKey.Dispose();
            foreach (var (_, key) in _keyKeys)
                key.Dispose();
        }
    }
}
