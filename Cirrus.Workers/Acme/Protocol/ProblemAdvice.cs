namespace Cirrus.Workers.Acme.Protocol;

/// <summary>What an operator can do about a problem, where a CA's own words leave that open.</summary>
internal static class ProblemAdvice
{
    public static string? For(AcmeProblem problem) => problem switch
    {
        _ when problem.Is("externalAccountRequired") =>
            "The CA takes accounts of its customers only: give the key id and the HMAC key it has for ACME.",
        _ when problem.Is("userActionRequired") =>
            $"Something is to be agreed to at the CA{(problem.Instance is { } page ? $", see {page}" : "")}.",
        _ when problem.Is("caa") =>
            "A CAA record of the name, or of one above it, does not let this CA issue.",
        _ when problem.Is("dns") || problem.Is("unauthorized") && problem.Mentions("_acme-challenge") =>
            "Look whether the CNAME of the name's _acme-challenge is there and can be seen from outside.",
        _ => null,
    };

    private static bool Mentions(this AcmeProblem problem, string word) =>
        problem.Detail?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
