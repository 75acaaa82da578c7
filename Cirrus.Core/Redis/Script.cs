using System.Reflection;
using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>A server-side script: embedded <c>.lua</c> files, kept beside the store that runs them, one after the other.</summary>
internal sealed class Script(params string[] fileNames)
{
    /// <summary>Names of the files, in the order they run.</summary>
    public IReadOnlyList<string> Files => fileNames;

    private readonly string _text = string.Concat(fileNames.Select(Load));

    public async Task<RedisResult[]> RunAsync(IDatabase db, RedisKey[] keys, RedisValue[] arguments, CommandFlags flags = CommandFlags.None) =>
        (RedisResult[]?)await db.ScriptEvaluateAsync(_text, keys, arguments, flags) ?? [];

    private static string Load(string fileName)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The script {fileName} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
