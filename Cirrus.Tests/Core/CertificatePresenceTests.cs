using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Core;

public sealed class CertificatePresenceTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    private static readonly CheckedCertificate Certificate = new(
        new CertificateSummary([], "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "", CertificateSource.Operator), "chain", "key");

    [Fact]
    public async Task A_certificate_is_present_from_the_first_to_the_last_of_an_unbroken_row()
    {
        var certificates = new CertificateStore(stores.Connection, KeySealing.Parse(null));
        var presence = new CertificatePresence(stores.Connection);
        var (with, without) = ((await stores.AddDomainAsync()).Name, (await stores.AddDomainAsync()).Name);

        var first = (await certificates.PutAsync(with, Certificate, 0, StoreFixture.Actor)).Change;
        await certificates.PutAsync(with, Certificate, 1, StoreFixture.Actor);
        Assert.Equal([null, first], await presence.FindAsync([without, with]));

        await certificates.DeleteAsync(with, 2, StoreFixture.Actor);
        Assert.Null(await presence.FindAsync(with));
        var again = (await certificates.PutAsync(with, Certificate, 0, StoreFixture.Actor)).Change;
        Assert.Equal(again, await presence.FindAsync(with));
    }

    [Fact]
    public async Task One_that_was_written_before_this_was_kept_has_always_been_there()
    {
        var name = (await stores.AddDomainAsync()).Name;
        await stores.Db.HashSetAsync(RedisKeys.Certificate(name), "revision", 1);
        Assert.Equal(ChangeId.Zero, await new CertificatePresence(stores.Connection).FindAsync(name));
    }
}
