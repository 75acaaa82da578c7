using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Acme;

/// <summary>One line of an authority's ledger. Lines are only added: an order counts as a certificate until a later line of its id says otherwise.</summary>
/// <param name="Id">Of the order.</param>
/// <param name="Names">What the certificate is for; the one name of a failed validation.</param>
/// <param name="RegisteredDomains">Of the names, each once.</param>
public sealed record LedgerEntry(
    string Id, DateTimeOffset At, LedgerKind Kind, IReadOnlyList<string> Names, IReadOnlyList<string> RegisteredDomains, OrderPurpose Purpose);

/// <summary>What happened.</summary>
[JsonConverter(typeof(WordConverter<LedgerKind>))]
public enum LedgerKind
{
    /// <summary>An order is about to be placed.</summary>
    [JsonStringEnumMemberName("order")] Order,

    /// <summary>Its certificate was issued.</summary>
    [JsonStringEnumMemberName("certificate")] Certificate,

    /// <summary>It has ended without one.</summary>
    [JsonStringEnumMemberName("abandoned")] Abandoned,

    /// <summary>A name could not be validated.</summary>
    [JsonStringEnumMemberName("failedValidation")] FailedValidation,
}

/// <summary>An order that one would like to place.</summary>
public sealed record PlannedOrder(IReadOnlyList<string> Names, IReadOnlyList<string> RegisteredDomains, OrderPurpose Purpose)
{
    public static PlannedOrder For(IReadOnlyList<string> names, PublicSuffixList suffixes, OrderPurpose purpose) =>
        new(names, [.. names.Select(suffixes.RegisteredDomain).Distinct(StringComparer.Ordinal)], purpose);
}

/// <summary>Whether an order may be placed.</summary>
/// <param name="Next">When it may, if not now.</param>
/// <param name="Reason">Why not now, in words.</param>
public sealed record BudgetVerdict(bool IsAllowed, DateTimeOffset Next, string Reason);

/// <summary>How much of one limit is left.</summary>
/// <param name="Limit">A word: <c>orders</c>, <c>certificatesPerDomain</c>, <c>certificatesPerSet</c> or <c>failedValidations</c>.</param>
/// <param name="Subject">The registered domain, the names or the name it is about; empty for the account itself.</param>
/// <param name="Frees">When one more becomes free; null while none is used.</param>
public sealed record HeadRoom(string Limit, string Subject, int Used, int Most, TimeSpan Window, DateTimeOffset? Frees)
{
    public int Left => Math.Max(0, Most - Used);
}
