namespace Cirrus.Dns.Direct;

/// <summary>The answers being given: read by every query without a lock, replaced whole by the one who writes them.</summary>
internal sealed class DirectAnswers
{
    private AnswerTable? _table;

    /// <summary>Null until the first zone is built.</summary>
    public AnswerTable? Table => Volatile.Read(ref _table);

    public void Replace(AnswerTable next) => Volatile.Write(ref _table, next);
}
