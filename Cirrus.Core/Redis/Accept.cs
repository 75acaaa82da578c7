using System.Security.Cryptography;
using Cirrus.Core.Audit;
using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>Keys and arguments that every writing script takes first: those of <c>accept.lua</c>, which runs before it.</summary>
internal static class Accept
{
    public const string File = "accept.lua";
    private const int SaltBytes = 16;

    public static RedisKey[] Keys(params ReadOnlySpan<RedisKey> own) => [RedisKeys.Events, RedisKeys.Audit, RedisKeys.AuditHead, .. own];

    public static RedisValue[] Arguments(Actor actor, params ReadOnlySpan<RedisValue> own) =>
    [
        RedisKeys.EventsBell, actor.Name, actor.Address, actor.RequestId, actor.Trace,
        // Nobody can prepare two documents of one hash without knowing what else is hashed (docs/decisions/0012).
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes)),
        .. own,
        .. actor.Claim?.Arguments ?? [RedisValue.EmptyString],
    ];
}
