using System.Diagnostics;
using System.Globalization;

namespace Cirrus.Bench.Purges;

/// <summary>An edge as a client and as the control plane see it.</summary>
internal sealed class Node(Uri edge, Uri status) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new() { BaseAddress = edge, Timeout = Patience };
    private readonly HttpClient _status = new() { BaseAddress = status, Timeout = Patience };

    /// <summary>Has the object cached, and returns its body, which is another one whenever the origin makes it.</summary>
    public async Task<string> FillAsync(string host, string path)
    {
        while (true)
        {
            var (body, isHit) = await GetAsync(host, path);
            if (isHit)
            {
                return body;
            }
        }
    }

    public async Task<TimeSpan> UntilGoneAsync(string host, string path, string old, long since)
    {
        while (true)
        {
            var (body, _) = await GetAsync(host, path);
            var passed = Stopwatch.GetElapsedTime(since);
            if (body != old)
            {
                return passed;
            }

            if (passed > Patience)
            {
                throw new TimeoutException();
            }

            await Task.Delay(1);
        }
    }

    /// <summary>The node's receipt: its applied change is this one or a later one.</summary>
    public async Task<TimeSpan> UntilAppliedAsync(string change, long since)
    {
        while (true)
        {
            var text = await _status.GetStringAsync(new Uri("/status", UriKind.Relative));
            var passed = Stopwatch.GetElapsedTime(since);
            if (IsAtLeast(Applied(text), change))
            {
                return passed;
            }

            if (passed > Patience)
            {
                throw new TimeoutException();
            }

            await Task.Delay(1);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _status.Dispose();
    }

    private async Task<(string Body, bool IsHit)> GetAsync(string host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var response = await _client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var isHit = response.Headers.TryGetValues("Cache-Status", out var values) && values.Any(value => value.Contains("; hit", StringComparison.Ordinal));
        return (await response.Content.ReadAsStringAsync(), isHit);
    }

    private static string Applied(string status)
    {
        const string Name = "\"applied\":\"";
        var start = status.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        return status[start..status.IndexOf('"', start)];
    }

    // Ids are "milliseconds-number".
    private static bool IsAtLeast(string id, string other)
    {
        var (left, right) = (Parse(id), Parse(other));
        return left.CompareTo(right) >= 0;
    }

    private static (ulong Milliseconds, ulong Number) Parse(string id) => id.Split('-') is [var milliseconds, var number]
        ? (ulong.Parse(milliseconds, CultureInfo.InvariantCulture), ulong.Parse(number, CultureInfo.InvariantCulture))
        : default;
}
