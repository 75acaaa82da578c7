using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Domains;

/// <summary>Reads a text that has one normal form.</summary>
/// <returns>Null when it is fine, else what is wrong with it.</returns>
internal delegate string? NormalForm(string text, out string normal);

/// <summary>Lists whose faults are named by entry, such as <c>names[1]</c>.</summary>
internal static class Entries
{
    /// <summary>What is wrong with the texts of a list: none may be null, nor be given twice.</summary>
    public static IEnumerable<ValidationResult> Check(
        IReadOnlyList<string>? entries, string member, NormalForm form, StringComparer? equality = null)
    {
        var seen = new HashSet<string>(equality ?? StringComparer.Ordinal);
        foreach (var (index, text) in (entries ?? []).Index())
        {
            var problem = text is null ? "This is a text." : form(text, out var normal) ?? (seen.Add(normal) ? null : $"{normal} is given twice.");
            if (problem is not null)
                yield return new ValidationResult(problem, [$"{member}[{index}]"]);
        }
    }

    /// <summary>The framework passes over what is null in a list of objects.</summary>
    public static IEnumerable<ValidationResult> Objects<T>(IReadOnlyList<T>? entries, string member, string message) where T : class =>
        entries is null ? [] : entries.Index().Where(e => e.Item is null).Select(e => new ValidationResult(message, [$"{member}[{e.Index}]"]));

    /// <summary>Without rules of its own: what is wrong, or null.</summary>
    public static NormalForm AsItIs(Func<string, string?> problem) => (string text, out string normal) => problem(normal = text);

    /// <summary>The normal forms, once validation has passed; null where an empty list says no more than none.</summary>
    public static IReadOnlyList<string>? Normal(this IReadOnlyList<string>? entries, NormalForm form) =>
        entries is { Count: > 0 } ? [.. entries.Select(e => form(e, out var normal) is null ? normal : e)] : null;

    /// <summary>Null for an empty list, where that says no more than none.</summary>
    public static IReadOnlyList<T>? UnlessEmpty<T>(this IReadOnlyList<T>? entries) => entries is { Count: > 0 } ? entries : null;

    /// <summary>The same of what is made of the entries.</summary>
    public static IReadOnlyList<TOut>? Made<TIn, TOut>(this IReadOnlyList<TIn>? entries, Func<TIn, TOut> make) =>
        entries is { Count: > 0 } ? [.. entries.Select(make)] : null;

    /// <summary>Null where a part of a document says nothing.</summary>
    public static T? UnlessNothing<T>(this T part, T nothing) where T : class => part.Equals(nothing) ? null : part;
}
