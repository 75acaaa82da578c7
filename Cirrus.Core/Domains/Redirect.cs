namespace Cirrus.Core.Domains;

/// <summary>An answer of the edge that leads a client elsewhere.</summary>
/// <param name="Path">A prefix when it begins with <c>/</c>, else a regular expression.</param>
/// <param name="To">URL or path; the rest behind a prefix is appended, <c>$1</c> to <c>$9</c> are groups of an expression.</param>
/// <param name="Status">301, 302, 303, 307 or 308.</param>
public sealed record Redirect(string Path, string To, int Status);

/// <summary>Under which URI the origin is asked.</summary>
/// <param name="Path">A prefix when it begins with <c>/</c>, else a regular expression.</param>
/// <param name="To">Path; the rest behind a prefix is appended, <c>$1</c> to <c>$9</c> are groups of an expression.</param>
public sealed record Rewrite(string Path, string To);
