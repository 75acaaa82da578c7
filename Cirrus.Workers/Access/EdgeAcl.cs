using System.Security.Cryptography;
using System.Text;
using Cirrus.Core.Redis;

namespace Cirrus.Workers.Access;

/// <summary>What the edges' Redis user may do: read what they serve, nothing else (docs/redis.md).</summary>
internal static class EdgeAcl
{
    private static readonly string[] Commands =
        ["auth", "ping", "get", "mget", "hgetall", "hmget", "zrangebylex", "xread", "xrange", "xrevrange", "xinfo"];

    /// <summary>The arguments of <c>ACL</c> that make the user what it should be, whatever it was before.</summary>
    public static object[] SetUser(string user, string password) =>
    [
        "SETUSER", user, "reset", "on",
        // As a hash, so that the password shows in no log and no MONITOR.
        "#" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password))),
        .. RedisKeys.ReadByEdges.Select(pattern => $"%R~{pattern}"),
        .. Commands.Select(command => $"+{command}"),
    ];
}
