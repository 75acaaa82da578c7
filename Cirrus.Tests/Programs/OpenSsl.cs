namespace Cirrus.Tests.Programs;

/// <summary>A TLS client that says what it saw of the handshake and can keep a session.</summary>
internal static class OpenSsl
{
    // The request makes the server speak and close, so that tickets sent after the handshake have arrived by then.
    private const string Script =
        """
        name=$1
        shift
        printf 'GET /a HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$name" | exec openssl s_client -ign_eof -servername "$name" "$@"
        """;

    /// <summary>All that <c>openssl s_client</c> prints of one connection with a request for <c>/a</c>, whether it came about or not.</summary>
    public static async Task<string> ConnectAsync(int port, string serverName, params string[] arguments)
    {
        await using var child = ChildProcess.Start(
            "sh", "dash", ["-c", Script, "sh", serverName, "-connect", $"127.0.0.1:{port}", .. arguments]);
        await child.WaitForExitAsync();
        return child.Output;
    }
}
