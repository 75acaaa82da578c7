using Cirrus.Core.Dnssec;

namespace Cirrus.Tests.Core.Dnssec;

public sealed class DnssecRecordsTests
{
    [Fact]
    public void Key_tag_and_DS_record_are_those_of_the_example_of_RFC_6605()
    {
        var key = new DnssecKey(
            55648, DnssecKeyKind.KeySigning, DnssecKeyState.Active,
            Convert.FromBase64String("GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="), default, default, null);
        Assert.Equal(key.Id, DnssecRecords.TagOf(DnssecRecords.DnsKeyOf(key.Kind, key.PublicKey)));
        Assert.Equal(
            "example.net. IN DS 55648 13 2 B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17", DnssecRecords.DsOf("example.net", key));
    }
}
