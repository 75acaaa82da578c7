using System.Reflection;
using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>A server-side script kept as an embedded <c>.lua</c> file beside the store that runs it.</summary>
internal sealed class Script(string fileName)
{
    private readonly string _text = Load(fileName);

    public async Task<RedisResult[]> RunAsync(IDatabase db, RedisKey[] keys, RedisValue[] arguments) =>
        (RedisResult[]?)await db.ScriptEvaluateAsync(_text, keys, arguments) ?? [];

    private static string Load(string fileName)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The script {fileName} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
