using System.Diagnostics.CodeAnalysis;

namespace Cirrus.Api.Domains;

/// <summary>One line that is not empty.</summary>
/// <param name="Number">From 1; empty lines count.</param>
/// <param name="Json">Without the line end; valid until more is read. Empty when the line is too long.</param>
internal readonly record struct NdjsonLine(int Number, ReadOnlyMemory<byte> Json, bool TooLong);

/// <summary>Cuts a stream into lines, of which it never holds more than one whole and what happens to lie behind it.</summary>
/// <param name="longest">In octets; a longer line is passed over, and reported as such.</param>
internal sealed class NdjsonLines(Stream stream, int longest)
{
    private const int FirstSize = 64 * 1024;

    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;
    private int _number;
    private bool _passingOver;
    private bool _ended;

    /// <summary>Reads more; false when there is no more. What <see cref="TryTake"/> gave before is void then.</summary>
    public async Task<bool> FillAsync(CancellationToken cancellation)
    {
        if (_ended)
            return false;
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        _ended = read == 0;
        return true;
    }

    /// <summary>The next line that is there as a whole.</summary>
    public bool TryTake([NotNullWhen(true)] out NdjsonLine line)
    {
        while (_start < _end || (_ended && _passingOver))
        {
            var length = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (length < 0 && !_ended)
            {
                // The rest of a line that is too long already is not kept.
                if (_end - _start > longest)
                    (_passingOver, _start) = (true, _end);
                break;
            }
            var text = new ReadOnlyMemory<byte>(_buffer, _start, length < 0 ? _end - _start : length);
            _start += text.Length + (length < 0 ? 0 : 1);
            _number++;
            var tooLong = _passingOver || text.Length > longest;
            _passingOver = false;
            if (!tooLong && text.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            line = new NdjsonLine(_number, tooLong ? default : text, tooLong);
            return true;
        }
        line = default;
        return false;
    }
}
