using System.Text;
using Cirrus.Api.Domains;
using CsCheck;

namespace Cirrus.Tests.Api;

public sealed class NdjsonLinesTests
{
    [Fact]
    public void However_a_stream_is_cut_its_lines_are_the_same() =>
        Gen.Select(Gen.OneOf("", " ", "a", "{}", "bbbbbbbb", "ccccccccc", "cccccccccccccccccccc").List[0, 12], Gen.Int[1, 7], Gen.Bool, Gen.Bool)
            .Sample((texts, step, crlf, ended) =>
            {
                var end = crlf ? "\r\n" : "\n";
                var text = string.Join(end, texts) + (ended ? end : "");
                // 9 octets fit, with the carriage return counted.
                var expected = text.Split('\n').Index().Where(l => l.Item.Trim().Length > 0)
                    .Select(l => (l.Index + 1, l.Item.Length > 9 ? "too long" : l.Item));
                Assert.Equal(expected, ReadAsync(text, step).GetAwaiter().GetResult());
            });

    [Fact]
    public async Task A_line_that_is_too_long_is_not_kept_in_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var endless = new MemoryStream(new byte[8 * 1024 * 1024]);
        var lines = new NdjsonLines(endless, 100_000);
        while (await lines.FillAsync(default))
            Assert.False(lines.TryTake(out var line) && !line.TooLong);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * 1024 * 1024);
    }

    private static async Task<List<(int, string)>> ReadAsync(string text, int step)
    {
        var found = new List<(int, string)>();
        var lines = new NdjsonLines(new Trickle(Encoding.UTF8.GetBytes(text), step), 9);
        while (await lines.FillAsync(default))
        {
            while (lines.TryTake(out var line))
                found.Add((line.Number, line.TooLong ? "too long" : Encoding.UTF8.GetString(line.Json.Span)));
        }
        return found;
    }

    /// <summary>Gives a few octets at a time.</summary>
    private sealed class Trickle(byte[] data, int step) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
