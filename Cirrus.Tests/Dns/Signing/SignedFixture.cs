using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>The same, with a zone that is signed.</summary>
public sealed class SignedFixture : TransferFixture
{
    public SignedFixture() => Settings["Dns__Dnssec__Enabled"] = "true";
}
