using CsCheck;

namespace Cirrus.Tests.Api;

/// <summary>Random members of domains, as JSON in the form in which they are stored.</summary>
internal static class DomainDocuments
{
    private static readonly Gen<string> Seconds = Gen.Int[0, 1000].Select(n => $"{n}");
    private static readonly Gen<string> Flag = Gen.OneOf("true", "false");
    private static readonly Gen<string> Path = Words("/", "/a/", "^/(a)/(b)$", "\\.(css|js)$");
    private static readonly Gen<string> Networks = List(Words("0.0.0.0/0", "192.0.2.0/24", "192.0.2.1/32", "2001:db8::/32", "::/0", "::1/128"));
    private static readonly Gen<string> Cookies = List(Words("session", "wp_x", "$id", "a.b"));
    private static readonly Gen<string> Fields = List(Words("X-A", "Accept-Language", "x_b", "Authorization"));

    private static readonly Gen<string> Query = Gen.OneOf<string>(
        Object(May("mode", Words("all", "none")), May("sort", Flag)),
        Object(Must("mode", Words("allow", "deny")), Must("names", List(Words("utm_*", "id", "filter[x]", "*"))), May("sort", Flag)));

    private static readonly Gen<string>[] PolicyMembers =
    [
        May("ttl", Seconds), May("originHeaders", Words("override", "respect")), May("minTtl", Seconds),
        May("maxTtl", Gen.Int[1000, 31536000].Select(n => $"{n}")),
        May("statusTtl", Object(May("404", Seconds), May("5xx", Seconds), May("200", Seconds))), May("staleWhileRevalidate", Seconds), May("staleIfError", Seconds),
        May("bypass", Object(May("cookies", List(Words("session", "wp_*", "*"))), May("headers", Fields))), May("query", Query),
        May("key", Object(May("headers", Fields), May("cookies", Cookies), May("device", Flag))),
        May("slice", Words("65536", "16777216").Select(Number)), May("compress", Flag),
    ];

    private static readonly Gen<string> Health = Object(
        Must("path", Words("/", "/healthz?deep=1")), May("interval", Small), May("timeout", Small), May("unhealthyAfter", Small), May("healthyAfter", Small),
        May("statuses", List(Words("2xx", "3xx", "204"))));

    private static readonly Gen<string> Action = Gen.OneOf<string>(
        Object(
            Must("action", Words("set", "add")), Must("name", Words("X-A", "Set-Cookie", "Authorization")), Must("value", Words("", "a; b=\"c\"", "<>&'+")),
            May("path", Path)),
        Object(Must("action", Words("remove")), Must("name", Words("X-A", "Server")), May("path", Path)));

    private static readonly Gen<string> Cors = Gen.OneOf<string>(
        Object(Must("origins", List(Words("https://a.test", "https://*.a.test", "http://localhost:3000", "app://x", "http://[::1]:8080"))),
            May("methods", List(Words("GET", "PUT", "X-Y"))), May("headers", Fields), May("exposeHeaders", Fields), May("credentials", Flag), May("maxAge", Seconds)),
        Object(Must("origins", Gen.Const("[\"*\"]")), May("headers", Gen.Const("[\"*\"]")), May("credentials", Gen.Const("false"))));

    private static readonly Gen<string> Redirect = Gen.OneOf<string>(
        Object(
            Must("path", Words("/a")), Must("to", Words("/b", "https://a.test/b?c=d#e", "http://[::1]:8080/", "/%24")),
            Must("status", Words("301", "308").Select(Number))),
        Object(
            Must("path", Words("^/(a)/(b)")), Must("to", Words("/$2/$1?q=$1", "https://$1.a.test/$2", "https://a.test:8443$1", "https://a.test$1")),
            Must("status", Words("302", "303").Select(Number))));

    private static readonly Gen<string> SignedUrls = Object(
        Must("path", Path),
        Must("keys", List(Object(Must("id", Words("a", "b.1", "~c")), Must("secret", Words("MDEyMzQ1Njc4OWFiY2RlZg==", "//////////////////////8="))))));

    private static readonly Gen<string> Access = Object(
        May("allow", Networks), May("deny", Networks), May("allowCountries", List(Words("DE", "FR"))), May("denyCountries", List(Words("US", "GB"))),
        May("referrers", Object(May("allow", List(Words("a.test", "*.a.test", "localhost"))), May("allowEmpty", Flag))), May("signedUrls", List(SignedUrls)),
        Must("rateLimits", List(Object(May("path", Path), Must("requests", Small), Must("seconds", Small), Must("by", Words("address", "domain", "header:X-A"))))));

    /// <summary>Of all members but the name.</summary>
    public static Gen<string> Document { get; } = Object(
        Must("origins", List(Object(
            Must("scheme", Words("https")), Must("host", Words("o.test", "127.0.0.1")), Must("port", Small), Must("weight", Small), May("backup", Gen.Const("false")),
            May("hostHeader", Words("a.test", "a.test:8080", "[::1]:80")), May("serverName", Words("a.test", "localhost")), May("verify", Flag)))),
        May("cache", Object([Must("ttl", Seconds), .. PolicyMembers[1..]])),
        May("rules", List(Object([Must("path", Path), Must("methods", List(Words("GET", "HEAD"))), .. PolicyMembers]))),
        May("originPolicy", Object(
            Must("connectTimeout", Small), May("readTimeout", Small), May("sendTimeout", Small), May("attempts", Gen.Int[1, 10].Select(n => $"{n}")),
            May("retryStatuses", Gen.OneOf("[]", "[502]", "[429,599]")), May("keepalive", Flag), May("shield", Flag), May("health", Health))),
        May("headers", Object(Must("request", List(Action)), May("response", List(Action)))),
        May("securityHeaders", Words("off", "standard", "strict")),
        May("cors", Cors),
        May("redirects", List(Redirect)),
        May("rewrites", List(Object(Must("path", Path), Must("to", Words("/x", "/x?y=z"))))),
        May("access", Access),
        May("limits", Object(Must("maxBody", Gen.Long[1, 107_374_182_400].Select(n => $"{n}")))),
        May("maintenance", Object(
            Must("enabled", Flag), May("status", Words("503", "404").Select(Number)), May("retryAfter", Seconds), May("body", Words("", "<h1>Äh</h1>\\r\\n\\t😀")),
            May("contentType", Words("text/html; charset=utf-8", "application/json")), May("allow", Networks))),
        May("steering", Object(
            Must("nodes", Gen.Int[1, 8].Select(n => $"{n}")), May("ttl", Small), May("pool", Words("default", "video")), May("regions", List(Words("eu", "us-1"))))));

    private static Gen<string> Small => Gen.Int[1, 20].Select(n => $"{n}");

    private static Gen<string> Must(string name, Gen<string> value) => value.Select(v => $"\"{name}\":{v}");

    private static Gen<string> May(string name, Gen<string> value) => Gen.Frequency((1, Gen.Const("")), (1, Must(name, value)));

    private static Gen<string> Object(params Gen<string>[] members) => members
        .Aggregate(Gen.Const(""), (all, next) => Gen.Select(all, next, Joined))
        .Select(m => $"{{{m}}}");

    private static string Joined(string before, string member) => before.Length == 0 || member.Length == 0 ? before + member : $"{before},{member}";

    private static Gen<string> List(Gen<string> entry) => entry.List[1, 4].Select(entries => $"[{string.Join(',', entries.DistinctBy(Identity))}]");

    // Escapes of JSON stay what they are, those of expressions are escaped.
    private static Gen<string> Words(params string[] words) => Gen.OneOf(words).Select(
        w => $"\"{w.Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\\.", "\\\\.", StringComparison.Ordinal)}\"");

    private static string Number(string word) => word.Trim('"');

    // Two keys with one id would be refused.
    private static string Identity(string entry) => entry.StartsWith("{\"id\"", StringComparison.Ordinal) ? entry.Split(',')[0] : entry;
}
