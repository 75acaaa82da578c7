namespace Cirrus.Dns.Direct;

/// <summary>What a responder has done. Connections by TCP share one: a count that is lost now and then does no harm.</summary>
internal sealed class ResponderCounts
{
    public long Answers;
    public long Failures;
    public long Truncated;
    public long Limited;
    public long HandedOver;
}
