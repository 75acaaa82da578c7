namespace Cirrus.Dns.Direct;

/// <summary>What one thread has done; only that thread writes.</summary>
internal sealed class ResponderCounts
{
    public long Answers;
    public long Failures;
    public long Truncated;
    public long Limited;
    public long HandedOver;
}
