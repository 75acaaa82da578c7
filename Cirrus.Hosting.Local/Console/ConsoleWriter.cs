namespace Cirrus.Hosting.Local.Console;

/// <summary>Writes whole lines, each resource's under its name.</summary>
internal sealed class ConsoleWriter(TextWriter output, bool colour)
{
    private static readonly int[] Palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
    private readonly Lock _gate = new();
    private readonly List<string> _names = [];
    private int _width;

    /// <summary>Makes the names' column as wide as the longest.</summary>
    public void Names(IEnumerable<string> names)
    {
        lock (_gate)
        {
            _names.AddRange(names);
            _width = _names.Max(name => name.Length);
        }
    }

    public void Line(string text)
    {
        lock (_gate)
        {
            output.WriteLine(text);
        }
    }

    public void Line(string resource, string text)
    {
        lock (_gate)
        {
            var prefix = $"{resource.PadRight(_width)} |";
            if (colour)
                prefix = $"\e[{Palette[Math.Max(0, _names.IndexOf(resource)) % Palette.Length]}m{prefix}\e[0m";
            output.WriteLine($"{prefix} {text}");
        }
    }
}
