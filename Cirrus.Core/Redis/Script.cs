using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>A server-side script: embedded <c>.lua</c> files, kept beside the store that runs them, one after the other.</summary>
internal sealed class Script(params string[] fileNames)
{
    /// <summary>Names of the files, in the order they run.</summary>
    public IReadOnlyList<string> Files => fileNames;

    private readonly (string Text, byte[] Hash) _script = Read(fileNames);

    /// <summary>Runs it by its hash: given the text, the client hashes all of it in every call to find out whether Redis has it.</summary>
    public async Task<RedisResult[]> RunAsync(IDatabase db, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return Items(await db.ScriptEvaluateAsync(_script.Hash, keys, arguments));
        }
        // Nothing was run. A Redis that has just started learns the script by its text.
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return Items(await db.ScriptEvaluateAsync(_script.Text, keys, arguments));
        }
    }

    /// <summary>Runs it without waiting: by its text, for nobody would hear that Redis does not have it.</summary>
    public void RunUnheard(IDatabase db, RedisKey[] keys, RedisValue[] arguments) =>
        db.ScriptEvaluate(_script.Text, keys, arguments, CommandFlags.FireAndForget);

    private static RedisResult[] Items(RedisResult reply) => (RedisResult[]?)reply ?? [];

    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by it.")]
    private static (string Text, byte[] Hash) Read(string[] fileNames)
    {
        var text = string.Concat(fileNames.Select(Load));
        return (text, SHA1.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string Load(string fileName)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"The script {fileName} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
