using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Generated parameters, kept in one JSON file that only its owner may read.</summary>
internal sealed class ParameterStore(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        // People copy values from here: a + of base64 stays a +.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private readonly Lock _gate = new();

    public string GetOrAdd(string name, Func<string> generate)
    {
        lock (_gate)
        {
            var parameters = File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(path))! : [];
            if (parameters.TryGetValue(name, out var known))
                return known;

            var value = parameters[name] = generate();
            Write(parameters);
            return value;
        }
    }

    private void Write(SortedDictionary<string, string> parameters)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(stream, parameters, Indented);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
