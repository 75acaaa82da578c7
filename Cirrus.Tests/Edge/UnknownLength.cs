namespace Cirrus.Tests.Edge;

/// <summary>A body whose length can't be known, so the client announces none.</summary>
internal sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;
}
