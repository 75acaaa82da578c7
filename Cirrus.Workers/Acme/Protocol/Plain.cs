namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Text of strangers on its way into messages and logs.</summary>
internal static class Plain
{
    private const int Most = 1000;

    /// <summary>One line, of a bounded length, without control characters.</summary>
    public static string Line(string text, int most = Most)
    {
        var line = string.Concat(text.Take(most).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length > most ? line + "…" : line;
    }
}
