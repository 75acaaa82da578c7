namespace Cirrus.Dns.Transfers;

/// <summary>Whether a secondary can be reached, decided with hysteresis: the first sight counts, later only two of the same in a row.</summary>
/// <param name="Reachable">What was decided.</param>
/// <param name="Contrary">How many sights in a row have said otherwise; negative before the first.</param>
internal readonly record struct Reachability(bool Reachable, int Contrary)
{
    private const int Needed = 2;

    public static readonly Reachability Unknown = new(false, -1);

    public Reachability After(bool answered) => (Contrary, answered == Reachable) switch
    {
        ( < 0, _) => new Reachability(answered, 0),
        (_, true) => this with { Contrary = 0 },
        (Needed - 1, _) => new Reachability(answered, 0),
        _ => this with { Contrary = Contrary + 1 },
    };
}
