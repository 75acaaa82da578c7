using Cirrus.Core.Acme;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Acme;

/// <summary>The Public Suffix List, read once.</summary>
internal sealed partial class Suffixes
{
    private readonly ILogger _logger;

    public Suffixes(IOptions<AcmeOptions> options, ILogger<Suffixes> logger)
    {
        _logger = logger;
        List = Read(options.Value.PublicSuffixList);
    }

    public PublicSuffixList List { get; }

    private PublicSuffixList Read(string path)
    {
        try
        {
            using var text = File.OpenText(path);
            return PublicSuffixList.Parse(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogMissing(path, e.Message);
            return PublicSuffixList.Empty;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The Public Suffix List {Path} can't be read, so every name of two labels counts as a registered domain; install the package publicsuffix: {Reason}")]
    private partial void LogMissing(string path, string reason);
}
