using System.Globalization;
using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>Holds a node down that goes down again and again, longer each time (in the manner of RFC 2439).</summary>
internal static class FlapDamping
{
    // Beyond any hold, and far from what a double can't raise 2 to.
    private const double MostFalls = 100;

    /// <summary>After the node has gone down once more.</summary>
    public static Flapping AfterFall(Flapping before, DateTimeOffset now, HealthOptions options)
    {
        var falls = Math.Min(Falls(before, now, options) + 1, MostFalls);
        var hold = Hold(falls, options);
        var until = hold > TimeSpan.Zero ? now + hold : (DateTimeOffset?)null;
        return new Flapping(falls, now, until > before.HeldUntil || before.HeldUntil is null ? until : before.HeldUntil);
    }

    public static bool IsHeld(Flapping flapping, DateTimeOffset now) => flapping.HeldUntil > now;

    /// <summary>What to say of a node that is held.</summary>
    public static string Reason(Flapping flapping) => string.Create(CultureInfo.InvariantCulture,
        $"held down until {flapping.HeldUntil!.Value.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}, for it went down too often lately");

    private static double Falls(Flapping flapping, DateTimeOffset now, HealthOptions options)
    {
        var halves = Math.Max((now - flapping.At) / options.FlapHalfLife, 0);
        return flapping.Falls * Math.Pow(0.5, halves);
    }

    private static TimeSpan Hold(double falls, HealthOptions options)
    {
        if (falls <= options.FlapsFree)
            return TimeSpan.Zero;
        var hold = options.FirstHold.TotalSeconds * Math.Pow(2, falls - options.FlapsFree);
        return TimeSpan.FromSeconds(Math.Min(hold, options.LongestHold.TotalSeconds));
    }
}
