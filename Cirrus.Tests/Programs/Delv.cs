using Cirrus.Core.Dnssec;

namespace Cirrus.Tests.Programs;

/// <summary>Asks a name server and validates the answer, with a zone's key signing keys as the anchor of trust.</summary>
internal sealed class Delv(DnssecKeys keys, string zone)
{
    /// <summary>Everything delv prints.</summary>
    /// <param name="from">The address that it asks from.</param>
    public async Task<string> AskAsync(int port, string name, string type, string from = "127.0.0.1")
    {
        using var folder = new WorkFolder();
        var anchors = folder.At("anchors");
        var lines = keys.Of(DnssecKeyKind.KeySigning).Select(k => $"\"{zone}.\" static-key 257 3 {DnssecRecords.Algorithm} \"{Convert.ToBase64String(k.PublicKey)}\";");
        await File.WriteAllTextAsync(anchors, $"trust-anchors {{ {string.Join('\n', lines)} }};\n");
        return await ChildProcess.RunAsync(
            "delv", "bind9-dnsutils", "@127.0.0.1", "-b", from, "-p", $"{port}", "-a", anchors, $"+root={zone}", name, type);
    }
}
